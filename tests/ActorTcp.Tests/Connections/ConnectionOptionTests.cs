namespace ActorTcp.Tests.Connections;

/// <summary>Options, values, limits and the description of a connection, by message.</summary>
public sealed class ConnectionOptionTests(ITestOutputHelper output) : ConnectionTestKit(output, "akka.loglevel = INFO")
{
    public static TheoryData<SocketOption> Settable() =>
    [
        new SocketOption.KeepAlive(true, 10_000),
        new SocketOption.KeepAlive(true, 10_000, 1000, 5),
        new SocketOption.KeepAlive(false),
        new SocketOption.NoDelay(false),
        new SocketOption.Linger(true, 3),
        new SocketOption.Linger(false, 0),
        new SocketOption.Ttl(17),
        new SocketOption.ReuseAddr(true),
        new SocketOption.UserTimeout(5000),
        new SocketOption.CongestionControl("reno"),
        new SocketOption.Dscp(46),
        new SocketOption.QuickAck(false),
        new SocketOption.NotSentLowWater(16_384),
        new SocketOption.RecvBufferSize(50_000),
        new SocketOption.SendBufferSize(50_000),
        new SocketOption.Device(null),
    ];

    public static TheoryData<SocketOption, Errno> Refused() => new()
    {
        { new SocketOption.Ttl(256), Errno.EINVAL },
        { new SocketOption.Ttl(-5), Errno.EINVAL },
        { new SocketOption.KeepAlive(true), Errno.EINVAL },
        { new SocketOption.KeepAlive(true, -1, 1000), Errno.EINVAL },
        { new SocketOption.KeepAlive(true, 10_000, 1000, 1000), Errno.EINVAL },
        { new SocketOption.CongestionControl("no-such-control"), Errno.ENOENT },
        { new SocketOption.Dscp(64), Errno.EINVAL },
        { new SocketOption.NotSentLowWater(-1), Errno.EINVAL },
        { new SocketOption.FastOpen(1), Errno.EINVAL },
        { new SocketOption.RecvBufferSize(-1), Errno.EINVAL },
        { new SocketOption.SendBufferSize(-1), Errno.EINVAL },
        { new SocketOption.Linger(true, -1), Errno.EINVAL },
        { new SocketOption.IPv6Only(true), Errno.ENOPROTOOPT },
        { new SocketOption.Device("a-name-that-is-too-long"), Errno.ENODEV },
    };

    [Theory]
    [MemberData(nameof(Settable))]
    public async Task Each_option_is_set_and_acknowledged(SocketOption option)
    {
        var (client, connection) = await RegisteredAsync();

        connection.Tell(new ConnectionProtocol.SetOption(option), TestActor);

        Assert.Equal(option, ExpectMsg<ConnectionProtocol.OptionSet>(Limit).Option);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Failed_option_is_answered_with_errno_and_text_and_the_connection_stays_open(SocketOption option, Errno errno)
    {
        var (client, connection) = await RegisteredAsync();
        var command = new ConnectionProtocol.SetOption(option);

        connection.Tell(command, TestActor);

        var failed = ExpectMsg<ConnectionProtocol.OptionFailed>(Limit);
        Assert.Equal((command, errno), (failed.Command, failed.Errno));
        Assert.Contains(Tcp.ErrorText(errno), failed.Text, StringComparison.Ordinal);
        connection.Tell(new Send("still there"), TestActor);
        Assert.Equal("still there", await ReadTextAsync(client, 11));
    }

    [Fact]
    public async Task Each_value_is_answered_in_its_type()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(new ConnectionProtocol.SetOption(new SocketOption.RecvBufferSize(60_000)), TestActor);
        ExpectMsg<ConnectionProtocol.OptionSet>(Limit);

        Assert.Equal(TcpState.Established, Value(connection, SocketValue.State));
        Assert.Equal(0, Value(connection, SocketValue.Pending));
        Assert.Equal(0, Convert.ToInt32(Value(connection, SocketValue.Error)));
        Assert.InRange((int)Value(connection, SocketValue.RecvBufferSize), 60_000, 120_000);
        Assert.True((int)Value(connection, SocketValue.SendBufferSize) > 0);
        Assert.Equal(client.RemoteEndPoint, ((SockAddr)Value(connection, SocketValue.SockName)).ToIPEndPoint());
        Assert.Equal(client.LocalEndPoint, ((SockAddr)Value(connection, SocketValue.PeerName)).ToIPEndPoint());
    }

    [Fact]
    public async Task Options_can_be_set_before_Register()
    {
        var (client, connection) = await AcceptAsync();

        connection.Tell(new ConnectionProtocol.SetOption(new SocketOption.NoDelay(false)), TestActor);
        connection.Tell(new ConnectionProtocol.GetOption(SocketValue.State), TestActor);

        ExpectMsg<ConnectionProtocol.OptionSet>(Limit);
        Assert.Equal(TcpState.Established, ExpectMsg<ConnectionProtocol.OptionValue>(Limit).Reading.State);
    }

    [Fact]
    public async Task Limits_that_break_rules_are_answered_with_all_broken_rules_and_not_changed()
    {
        var (client, connection) = await RegisteredAsync();
        var second = TimeSpan.FromSeconds(1);

        connection.Tell(new ConnectionProtocol.SetLimits(new ConnectionLimits(0, -1, 5, 0, -second, second, -second)), TestActor);

        var failed = ExpectMsg<ConnectionProtocol.OptionFailed>(Limit);
        Assert.Equal(Errno.EINVAL, failed.Errno);
        foreach (var name in new[] { "send-queue-bytes", "send-queue-high", "send-queue-low", "read-ahead-bytes", "first-byte-timeout", "write-stall-timeout" })
        {
            Assert.Contains(name, failed.Text, StringComparison.Ordinal);
        }

        connection.Tell(new Send(new byte[1000], 1), TestActor);
        ExpectMsg<ConnectionProtocol.Sent>(Limit);
    }

    [Fact]
    public async Task Description_has_names_phase_and_counts()
    {
        var (client, connection) = await RegisteredAsync(pull: true);
        connection.Tell(new Send("12345", 1), TestActor);
        ExpectMsg<ConnectionProtocol.Sent>(Limit);
        await SendAsync(client, "123");
        await AwaitAsync(connection, description => description.BytesIn == 3);

        var description = await DescribeAsync(connection);

        Assert.Equal((connection, TestActor), (description.Connection, description.Handler));
        Assert.Equal((ConnectionPhase.Open, TcpState.Established), (description.Phase, description.State));
        Assert.Equal((3L, 5L, 0L, 3L), (description.BytesIn, description.BytesOut, description.BytesQueued, description.BytesUnread));
        Assert.Equal(client.LocalEndPoint, description.RemoteAddress.ToIPEndPoint());
        Assert.Equal(client.RemoteEndPoint, description.LocalAddress.ToIPEndPoint());
        Assert.True(description.Age >= TimeSpan.Zero && description.RoundTrip > TimeSpan.Zero);
    }

    private object Value(IActorRef connection, SocketValue value)
    {
        connection.Tell(new ConnectionProtocol.GetOption(value), TestActor);
        var answer = ExpectMsg<ConnectionProtocol.OptionValue>(Limit);
        Assert.Equal(value, answer.Reading.Value);
        return ResultOf(answer.Reading);
    }
}
