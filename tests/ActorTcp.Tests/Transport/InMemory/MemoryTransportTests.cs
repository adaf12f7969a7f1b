namespace ActorTcp.Tests.Transport.InMemory;

/// <summary>
/// The scenarios of the actors on a second transport, without a socket: listeners, connectors and connections do not depend on epoll.
/// The clock of the loops stands still unless a test moves it.
/// </summary>
public sealed class MemoryTransportTests : TcpTestKit
{
    private static readonly SockAddr Anywhere = new IPEndPoint(IPAddress.Loopback, 0);

    private readonly MemoryTransport _network;

    public MemoryTransportTests(ITestOutputHelper output)
        : this(output, new MemoryTransport())
    {
    }

    private MemoryTransportTests(ITestOutputHelper output, MemoryTransport network)
        : base(output, stillClock: true, transport: network) => _network = network;

    protected override void AfterAll()
    {
        var loops = Sys.ActorTcp().Loops;
        // The only descriptor of a loop is the one that wakes it.
        Assert.All(Enumerable.Range(0, loops.Count), i => Assert.Equal(1, loops[i].Poller.Count));
        base.AfterAll();
    }

    [Fact]
    public async Task Bytes_are_echoed_in_both_directions_beyond_what_the_network_holds()
    {
        var peer = _network.ConnectPeer(Listen(Props.Create<EchoHandler>()).LocalAddress);
        var bytes = Seeded(1 << 20);

        var sending = peer.SendAsync(bytes);

        Assert.Equal(bytes, await peer.ReadAsync(bytes.Length));
        await sending;
    }

    [Fact]
    public async Task Handler_that_throws_receives_its_bytes_again()
    {
        var record = new HandlerRecord();
        _ = record.FailAt(HandlerPlace.Received, 1);
        var peer = _network.ConnectPeer(Listen(Props.Create(() => new RecordingHandler(record, ProcessingStyle.Hooks))).LocalAddress);

        await peer.SendAsync("all of it");
        peer.ShutdownWrite();

        var closed = await record.Ended.Task.WaitAsync(Limit);
        Assert.Equal(CloseReason.PeerClosed, closed.Reason);
        Assert.Equal("all of it", Encoding.UTF8.GetString(record.Taken));
        Assert.Equal(2, record.Instances);
    }

    [Fact]
    public async Task Answers_to_the_last_bytes_of_a_peer_are_sent_before_the_end_of_stream()
    {
        var peer = _network.ConnectPeer(Listen(Props.Create<EchoHandler>()).LocalAddress);
        await peer.SendAsync("the last words");
        peer.ShutdownWrite();

        Assert.Equal("the last words", Encoding.UTF8.GetString(await peer.ReadAsync()));
    }

    [Fact]
    public async Task Reset_closes_the_connection_with_its_errno()
    {
        var (peer, connection) = Registered();
        await peer.SendAsync("x");
        ReleaseReceived();

        peer.Reset();

        var closed = FishForMessage<ConnectionProtocol.Closed>(_ => true, Limit);
        Assert.Equal((CloseReason.Error, Errno.ECONNRESET), (closed.Reason, closed.Errno));
        Watch(connection);
        ExpectTerminated(connection, Limit);
    }

    [Fact]
    public async Task Queue_rises_above_its_mark_and_falls_as_the_peer_reads()
    {
        var (peer, connection) = Registered();
        var bytes = Seeded(600_000);

        connection.Tell(new Send(bytes, token: "all"), TestActor);
        ExpectMsg<ConnectionProtocol.QueueHigh>(Limit);

        Assert.Equal(bytes, await peer.ReadAsync(bytes.Length));
        ExpectMsg<ConnectionProtocol.QueueLow>(Limit);
        Assert.Equal("all", ExpectMsg<ConnectionProtocol.Sent>(Limit).Token);
    }

    [Fact]
    public void Send_that_the_peer_does_not_read_fails_when_the_connection_is_aborted()
    {
        var (_, connection) = Registered();
        connection.Tell(new Send(Seeded(100_000), token: "part"), TestActor);

        connection.Tell(ConnectionProtocol.Abort.Instance, TestActor);

        Assert.Equal("part", ExpectMsg<ConnectionProtocol.SendFailed>(Limit).Token);
        Assert.Equal(CloseReason.Aborted, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
    }

    [Fact]
    public async Task Peer_that_reads_nothing_is_closed_after_the_write_stall_deadline()
    {
        var (_, connection) = Registered();
        connection.Tell(new Send(Seeded(100_000)), TestActor);
        await connection.Ask<ConnectionDescription>(ConnectionProtocol.Describe.Instance, Limit);

        await AdvanceAsync(TimeSpan.FromSeconds(31));

        Assert.Equal(CloseReason.WriteStallTimeout, FishForMessage<ConnectionProtocol.Closed>(_ => true, Limit).Reason);
    }

    [Fact]
    public async Task Lines_are_framed_however_the_bytes_arrive()
    {
        var (peer, _) = Registered(new LineFraming(100));

        await peer.SendAsync("one\ntw");
        Assert.Equal("one", Line());
        await peer.SendAsync("o\nthree\n");

        Assert.Equal("two", Line());
        Assert.Equal("three", Line());
    }

    [Fact]
    public void Connect_to_an_address_where_nothing_listens_is_refused()
    {
        SockAddr nobody = new IPEndPoint(IPAddress.Loopback, 9);
        Sys.ActorTcp().Manager.Tell(new ConnectorProtocol.Connect(nobody) { HandlerActor = TestActor, NotifyStarted = false }, TestActor);

        Assert.Equal(Errno.ECONNREFUSED, ExpectMsg<ConnectorProtocol.ConnectFailed>(Limit).Errno);
    }

    [Fact]
    public async Task Connector_and_listener_talk_to_each_other_through_actors_alone()
    {
        var bound = Listen(Props.Create<EchoHandler>());
        Sys.ActorTcp().Manager.Tell(new ConnectorProtocol.Connect(bound.LocalAddress) { HandlerActor = TestActor, NotifyStarted = false }, CreateTestProbe());
        var connection = ExpectMsg<ConnectionProtocol.Connected>(Limit).Connection;

        connection.Tell(new Send("there and back"u8.ToArray()), TestActor);

        Assert.Equal("there and back", Text(ExpectMsg<Received>(Limit)));
        connection.Tell(ConnectionProtocol.Close.Instance, TestActor);
        Assert.Equal(CloseReason.Closed, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
        await UntilAsync(async () => (await bound.Listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit)).Connections.Count == 0);
    }

    [Fact]
    public async Task Client_beyond_the_limit_waits_in_the_backlog_until_a_connection_has_ended()
    {
        var bound = Listen(Props.Create<EchoHandler>());
        bound.Listener.Tell(new ListenerProtocol.SetLimits(new ListenerLimits(1, LimitPolicy.LeaveInBacklog)), TestActor);
        ExpectMsg<ListenerProtocol.LimitsSet>(Limit);
        var first = _network.ConnectPeer(bound.LocalAddress);
        await first.SendAsync("a");
        Assert.Equal("a", await first.ReadTextAsync(1));

        var second = _network.ConnectPeer(bound.LocalAddress);
        await second.SendAsync("b");
        Assert.Single((await bound.Listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit)).Connections);
        first.ShutdownWrite();

        Assert.Equal("b", await second.ReadTextAsync(1));
    }

    [Fact]
    public async Task Drain_serves_the_backlog_and_aborts_what_has_not_ended()
    {
        var bound = Listen(Props.Create<EchoHandler>());
        var peer = _network.ConnectPeer(bound.LocalAddress);
        await peer.SendAsync("x");
        Assert.Equal("x", await peer.ReadTextAsync(1));

        bound.Listener.Tell(new ListenerProtocol.Drain(TimeSpan.Zero), TestActor);

        Assert.Equal(1, ExpectMsg<ListenerProtocol.Drained>(Limit).Closed);
        Assert.Empty(await peer.ReadAsync());
    }

    [Fact]
    public void Adopting_a_socket_fails_and_leaves_it_to_the_caller()
    {
        using var pair = new TcpPair();
        var token = pair.Accepted.Detach()!;

        Sys.ActorTcp().Manager.Tell(new AdoptionProtocol.Adopt(token, Props.Create<EchoHandler>()), TestActor);

        Assert.Equal(Errno.EOPNOTSUPP, ExpectMsg<AdoptionProtocol.AdoptFailed>(Limit).Errno);
        using var taken = token.Take();
        Assert.NotNull(taken);
    }

    private static byte[] Seeded(int length)
    {
        var bytes = new byte[length];
        new SeededStream(1).Fill(bytes);
        return bytes;
    }

    private static string Text(Received received)
    {
        var text = Encoding.UTF8.GetString(received.Span);
        received.Release();
        return text;
    }

    private (MemoryPeer Peer, IActorRef Connection) Registered(IFraming? framing = null)
    {
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(Anywhere), TestActor);
        var peer = _network.ConnectPeer(ExpectMsg<ListenerProtocol.Bound>(Limit).LocalAddress);
        var connection = ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit).Connection;
        connection.Tell(new ConnectionProtocol.Register(TestActor, new HandlerOptions { Framing = framing }), TestActor);
        ExpectMsg<ConnectionProtocol.Connected>(Limit);
        return (peer, connection);
    }

    private void ReleaseReceived() => ExpectMsg<Received>(Limit).Release();

    private string Line() => Text(ExpectMsg<Received>(Limit));
}
