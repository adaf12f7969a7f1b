namespace ActorTcp.Tests.Listeners;

public sealed class ListenerActorTests(ITestOutputHelper output) : TcpTestKit(output)
{
    private static SockAddr AnyPort => Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0)!;

    [Fact]
    public void Port_0_is_answered_with_the_port_that_the_kernel_chose()
    {
        var bound = Listen(Props.Create<EchoHandler>());

        Assert.InRange(bound.LocalAddress.Port, 1, 65535);
        Assert.Equal(bound.Listener, LastSender);
    }

    [Fact]
    public void A_port_in_use_is_answered_with_EADDRINUSE_and_the_address()
    {
        var bound = Listen(Props.Create<EchoHandler>());

        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(bound.LocalAddress), TestActor);

        var failed = ExpectMsg<ListenerProtocol.BindFailed>();
        Assert.Equal(Errno.EADDRINUSE, failed.Errno);
        Assert.Contains(bound.LocalAddress.ToString(), failed.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65536)]
    public void A_backlog_out_of_range_is_answered_with_EINVAL(int backlog)
    {
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort, Backlog: backlog), TestActor);

        Assert.Equal(Errno.EINVAL, ExpectMsg<ListenerProtocol.BindFailed>().Errno);
    }

    [Fact]
    public void Address_of_another_machine_is_answered_with_EADDRNOTAVAIL()
    {
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(Tcp.SockAddr("192.0.2.1", 0)!), TestActor);

        Assert.Equal(Errno.EADDRNOTAVAIL, ExpectMsg<ListenerProtocol.BindFailed>().Errno);
    }

    [Fact]
    public async Task Unbind_frees_the_port_and_leaves_the_connections()
    {
        var bound = Listen(Props.Create<EchoHandler>(), host: LoopbackAddress.Next());
        using var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
        await EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken());

        bound.Listener.Tell(ListenerProtocol.Unbind.Instance, TestActor);
        ExpectMsg<ListenerProtocol.Unbound>();

        await EchoClient.EchoAsync(client, 1000, 2, 100, LimitToken());
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(bound.LocalAddress), TestActor);
        ExpectMsg<ListenerProtocol.Bound>();
    }

    [Fact]
    public async Task Unbind_stops_the_listener_after_its_last_connection()
    {
        var bound = Listen(Props.Create<EchoHandler>());
        var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
        await EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken());
        Watch(bound.Listener);
        bound.Listener.Tell(ListenerProtocol.Unbind.Instance, TestActor);
        ExpectMsg<ListenerProtocol.Unbound>();

        client.Dispose();

        ExpectTerminated(bound.Listener, Limit);
    }

    [Fact]
    public async Task Drained_has_the_numbers_of_finished_and_of_closed_connections()
    {
        var bound = Listen(Props.Create<EchoHandler>());
        var endpoint = bound.LocalAddress.ToIPEndPoint();
        using var stays = await EchoClient.ConnectAsync(endpoint, LimitToken());
        var leaves = await EchoClient.ConnectAsync(endpoint, LimitToken());
        await EchoClient.EchoAsync(stays, 1000, 1, 100, LimitToken());
        await EchoClient.EchoAsync(leaves, 1000, 2, 100, LimitToken());

        // Longer than any delay of the clients that must finish before it.
        bound.Listener.Tell(new ListenerProtocol.Drain(TimeSpan.FromSeconds(8)), TestActor);
        leaves.Dispose();
        await EchoClient.EchoAsync(stays, 1000, 3, 100, LimitToken());

        var drained = ExpectMsg<ListenerProtocol.Drained>(Limit);
        Assert.Equal(new ListenerProtocol.Drained(1, 1, 0), drained);
        Assert.True(await EchoClient.IsEndedByServerAsync(stays, LimitToken()));
    }

    [Fact]
    public async Task Crashed_listener_keeps_its_connections_and_accepts_new_ones()
    {
        var bound = Listen(Props.Create<EchoHandler>());
        var endpoint = bound.LocalAddress.ToIPEndPoint();
        using var before = await EchoClient.ConnectAsync(endpoint, LimitToken());
        await EchoClient.EchoAsync(before, 1000, 1, 100, LimitToken());

        bound.Listener.Tell(Kill.Instance, TestActor);
        bound.Listener.Tell(new Identify("after"), TestActor);
        using var after = await EchoClient.ConnectAsync(endpoint, LimitToken());

        await EchoClient.EchoAsync(before, 1000, 2, 100, LimitToken());
        await EchoClient.EchoAsync(after, 1000, 3, 100, LimitToken());
    }
}
