namespace ActorTcp.Tests.Connectors;

/// <summary>A reconnect policy against each kind of bad server. Only <c>AdvanceAsync</c> moves the clock of the loops.</summary>
public sealed class ConnectorPolicyTests(ITestOutputHelper output)
    : ConnectorTestKit(output, "actortcp.connection.first-byte-timeout = 20s", stillClock: true)
{
    /// <summary>More than a tick of the timer wheel.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(16);

    private static readonly ReconnectPolicy Doubling = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), Factor: 2, Jitter: 0);

    [Fact]
    public async Task Connection_shorter_than_ResetAfter_keeps_the_count_and_a_longer_one_resets_it()
    {
        using var server = ListenAt();
        var connector = Start(To(AddressOf(server)) with { Reconnect = Doubling });

        Assert.Equal(1, await FlapAsync(server, lasting: TimeSpan.FromSeconds(9.9)));
        Assert.Equal(2, await FlapAsync(server, lasting: TimeSpan.FromSeconds(9.9)));
        Assert.Equal(1, await FlapAsync(server, lasting: TimeSpan.FromSeconds(10.1)));
        Assert.Equal(2, await FlapAsync(server, lasting: TimeSpan.Zero));
        Sys.Stop(connector);
    }

    [Fact]
    public async Task Connector_gives_up_a_server_that_resets_each_connection_after_MaxTime()
    {
        using var server = ListenAt();
        var policy = Doubling with { Factor = 1, MaxTime = TimeSpan.FromSeconds(2.5) };
        var connector = Start(To(AddressOf(server)) with { Reconnect = policy });

        // The connection itself is not time without a connection.
        Assert.Equal(1, await FlapAsync(server, lasting: TimeSpan.FromSeconds(9)));
        Assert.Equal(2, await FlapAsync(server, lasting: TimeSpan.Zero));
        Reset(await AcceptAsync(server));

        Assert.Equal(Errno.ECONNRESET, Assert.IsType<ConnectorProtocol.Closed>(ReceiveToEnd(connector)[^1]).Errno);
    }

    [Fact]
    public async Task Connector_gives_up_a_host_that_answers_no_SYN_after_MaxAttempts()
    {
        using var full = new FullBacklog();
        var connector = Start(To(full.Address) with { Reconnect = Doubling with { MaxAttempts = 2 } });
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            await AwaitPhaseAsync(connector, ConnectorPhase.Connecting);
            await AdvanceAsync(new ConnectorSettings().ConnectTimeout + Tick);
            var reconnecting = ExpectMsg<ConnectorProtocol.Reconnecting>(Limit);
            Assert.Equal((attempt, Errno.ETIMEDOUT), (reconnecting.Attempt, reconnecting.Errno));
            await AdvanceAsync(reconnecting.In + Tick);
        }

        await AwaitPhaseAsync(connector, ConnectorPhase.Connecting);
        await AdvanceAsync(new ConnectorSettings().ConnectTimeout + Tick);

        Assert.Equal(Errno.ETIMEDOUT, ExpectEnd<ConnectorProtocol.ConnectFailed>(connector).Errno);
    }

    [Fact]
    public async Task Connector_reconnects_to_a_silent_server_after_the_first_byte_timeout()
    {
        using var server = ListenAt();
        var policy = Doubling with { ResetAfter = TimeSpan.FromMinutes(1) };
        var connector = Start(To(AddressOf(server)) with { Reconnect = policy });
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            using var peer = await AcceptAsync(server);
            ExpectMsg<ConnectorProtocol.Connected>(Limit);
            await AdvanceAsync(TimeSpan.FromSeconds(20) + Tick);
            Assert.Equal(CloseReason.FirstByteTimeout, ExpectMsg<ConnectorProtocol.Disconnected>(Limit).Reason.Reason);
            var reconnecting = ExpectMsg<ConnectorProtocol.Reconnecting>(Limit);
            Assert.Equal(attempt, reconnecting.Attempt);
            await AdvanceAsync(reconnecting.In + Tick);
        }

        Sys.Stop(connector);
    }

    [Fact]
    public async Task Connector_gives_up_a_host_without_an_address_after_MaxAttempts()
    {
        var resolver = new ScriptedResolver();
        var connector = Start(To(resolver) with { Reconnect = Doubling with { MaxAttempts = 2 } });
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var reconnecting = ExpectMsg<ConnectorProtocol.Reconnecting>(Limit);
            Assert.Equal((attempt, Errno.ENOENT), (reconnecting.Attempt, reconnecting.Errno));
            await AdvanceAsync(reconnecting.In + Tick);
        }

        Assert.Equal(Errno.ENOENT, ExpectEnd<ConnectorProtocol.ConnectFailed>(connector).Errno);
        Assert.Equal(3, resolver.Lookups);
    }

    /// <summary>Accepts a connection, resets it after a time, and lets the next attempt begin. Returns the number of that attempt.</summary>
    private async Task<int> FlapAsync(Socket server, TimeSpan lasting)
    {
        using var peer = await AcceptAsync(server);
        ExpectMsg<ConnectorProtocol.Connected>(Limit);
        await AdvanceAsync(lasting);
        Reset(peer);
        ExpectMsg<ConnectorProtocol.Disconnected>(Limit);
        var reconnecting = ExpectMsg<ConnectorProtocol.Reconnecting>(Limit);
        await AdvanceAsync(reconnecting.In + Tick);
        return reconnecting.Attempt;
    }
}
