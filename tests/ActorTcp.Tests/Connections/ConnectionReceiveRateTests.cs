namespace ActorTcp.Tests.Connections;

/// <summary>The receive rates of connections and of addresses, with a clock that stands still.</summary>
public class ConnectionReceiveRateTests(ITestOutputHelper output) : ConnectionTestKit(output, loops: 2)
{
    [Fact]
    public async Task Connection_reads_its_burst_and_then_its_rate()
    {
        var (_, clients) = await StartAsync(new ListenerLimits(0) { ReceiveRate = 1000, ReceiveBurst = 3000 }, 1);
        var (client, connection) = clients[0];
        await SendAsync(client, new byte[3000]);
        await AwaitAsync(connection, described => described.BytesIn == 3000);
        await SendAsync(client, new byte[2000]);
        await AwaitAsync(connection, described => described.BytesIn == 5000);

        await SendAsync(client, new byte[100]);
        await AdvanceAsync(TimeSpan.FromMilliseconds(1900));
        Assert.Equal(5000, (await DescribeAsync(connection)).BytesIn);
        await AdvanceAsync(TimeSpan.FromMilliseconds(120));

        await AwaitAsync(connection, described => described.BytesIn == 5100);
    }

    [Fact]
    public async Task Connections_of_an_address_share_its_rate_on_all_loops()
    {
        var (_, clients) = await StartAsync(new ListenerLimits(0) { AddressReceiveRate = 1000, AddressReceiveBurst = 1000 }, 2);
        var (first, second) = (clients[0], clients[1]);
        await SendAsync(first.Client, new byte[3000]);
        await AwaitAsync(first.Connection, described => described.BytesIn == 3000);
        await SendAsync(second.Client, new byte[1000]);
        await AwaitAsync(second.Connection, described => described.BytesIn == 1000);
        await SendAsync(first.Client, new byte[10]);
        await SendAsync(second.Client, new byte[10]);

        // The first one was 2 s too early, the second one 3 s.
        await AdvanceAsync(TimeSpan.FromMilliseconds(2020));
        await AwaitAsync(first.Connection, described => described.BytesIn == 3010);
        Assert.Equal(1000, (await DescribeAsync(second.Connection)).BytesIn);
        await AdvanceAsync(TimeSpan.FromMilliseconds(1020));
        await AwaitAsync(second.Connection, described => described.BytesIn == 1010);
    }

    [Fact]
    public async Task New_connection_of_an_address_in_debt_waits_before_it_reads()
    {
        var (bound, clients) = await StartAsync(new ListenerLimits(0) { AddressReceiveRate = 1000, AddressReceiveBurst = 1000 }, 1);
        await SendAsync(clients[0].Client, new byte[3000]);
        await AwaitAsync(clients[0].Connection, described => described.BytesIn == 3000);

        var (client, connection) = await AddAsync(bound);
        await SendAsync(client, new byte[10]);
        Assert.Equal(0, (await DescribeAsync(connection)).BytesIn);
        await AdvanceAsync(TimeSpan.FromMilliseconds(2020));

        await AwaitAsync(connection, described => described.BytesIn == 10);
    }

    [Fact]
    public async Task Changed_rate_applies_to_a_paused_connection_at_once()
    {
        var (bound, clients) = await StartAsync(new ListenerLimits(0) { ReceiveRate = 1 }, 1);
        var (client, connection) = clients[0];
        await SendAsync(client, new byte[3000]);
        await AwaitAsync(connection, described => described.BytesIn == 3000);
        await SendAsync(client, new byte[3000]);
        Assert.Equal(3000, (await DescribeAsync(connection)).BytesIn);

        await bound.Listener.Ask<ListenerProtocol.LimitsSet>(new ListenerProtocol.SetLimits(new ListenerLimits(0) { ReceiveRate = 3000 }), Limit);

        await AwaitAsync(connection, described => described.BytesIn == 6000);
        await bound.Listener.Ask<ListenerProtocol.LimitsSet>(new ListenerProtocol.SetLimits(new ListenerLimits(0)), Limit);
        await SendAsync(client, new byte[100_000]);
        await AwaitAsync(connection, described => described.BytesIn == 106_000);
    }

    [Fact]
    public async Task Pause_of_a_rate_is_not_counted_as_silence_of_the_peer()
    {
        var settings = new ConnectionSettings { ReadIdleTimeout = TimeSpan.FromSeconds(5) };
        var (_, clients) = await StartAsync(new ListenerLimits(0) { ReceiveRate = 100 }, 1, settings);
        var (client, connection) = clients[0];
        await SendAsync(client, new byte[2100]);
        await AwaitAsync(connection, described => described.BytesIn == 2100);

        await AdvanceAsync(TimeSpan.FromSeconds(19));
        Assert.Equal(ConnectionPhase.Open, await PhaseAsync(connection));
        await AdvanceAsync(TimeSpan.FromSeconds(1.5));
        await AdvanceAsync(TimeSpan.FromSeconds(5.1));

        Assert.Equal(CloseReason.ReadIdleTimeout, FishForMessage<ConnectionProtocol.Closed>(_ => true, Limit).Reason);
    }

    private async Task<(ListenerProtocol.Bound Bound, List<(Socket Client, IActorRef Connection)> Clients)> StartAsync(
        ListenerLimits limits, int count, ConnectionSettings? settings = null)
    {
        Sys.ActorTcp().Manager.Tell(WithTls(new ListenerProtocol.Bind(AnyPort) { ConnectionSettings = settings }), TestActor);
        var bound = ExpectMsg<ListenerProtocol.Bound>(Limit);
        await bound.Listener.Ask<ListenerProtocol.LimitsSet>(new ListenerProtocol.SetLimits(limits), Limit);
        var clients = new List<(Socket Client, IActorRef Connection)>();
        for (var i = 0; i < count; i++)
        {
            clients.Add(await AddAsync(bound));
        }

        return (bound, clients);
    }

    private async Task<(Socket Client, IActorRef Connection)> AddAsync(ListenerProtocol.Bound bound)
    {
        var client = await OverTlsOrNotAsync(await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken()));
        var connection = FishForMessage<ListenerProtocol.ConnectionAccepted>(_ => true, Limit).Connection;
        connection.Tell(new ConnectionProtocol.Register(TestActor), TestActor);
        FishForMessage<ConnectionProtocol.Connected>(_ => true, Limit);
        return (client, connection);
    }
}
