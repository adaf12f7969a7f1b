namespace ActorTcp.Tests.Listeners;

/// <summary>Adopt: a connected socket becomes a connection like an accepted one.</summary>
public sealed class AdoptionTests(ITestOutputHelper output)
    : ConnectionTestKit(output, "akka.loglevel = INFO\nakka.actor.serialize-messages = on", stillClock: false)
{
    private IActorRef Manager => Sys.ActorTcp().Manager;

    [Fact]
    public void Token_is_adopted_and_its_handler_serves_the_peer()
    {
        using var pair = new TcpPair();
        var remote = pair.Accepted.PeerName();

        Manager.Tell(new AdoptionProtocol.Adopt(pair.Accepted.Detach()!, Props.Create<EchoHandler>()), TestActor);

        var adopted = ExpectMsg<AdoptionProtocol.Adopted>(Limit);
        Assert.Equal(remote, adopted.RemoteAddress);
        Assert.Equal(pair.Client.PeerName(), adopted.LocalAddress);
        pair.Client.Send("echo");
        Assert.Equal("echo"u8.ToArray(), TcpPair.RecvAll(pair.Client, 4));
    }

    [Fact]
    public void Socket_that_is_shut_down_for_reading_stays_so_after_its_adoption()
    {
        using var pair = new TcpPair();
        Assert.True(pair.Accepted.Shutdown("r"));
        pair.Client.Send("too late");

        Manager.Tell(new AdoptionProtocol.Adopt(pair.Accepted.Detach()!, Props.Create<EchoHandler>()), TestActor);

        // The connection receives the end of stream, closes, and sends nothing.
        ExpectMsg<AdoptionProtocol.Adopted>(Limit);
        Assert.True(pair.Client.Recv(new byte[8], Limit).IsError);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Descriptor_is_taken_over_whichever_side_runs_first(bool givenUpFirst)
    {
        using var pair = new TcpPair();
        var adopt = new AdoptionProtocol.Adopt(pair.Accepted.SockFd, Props.Create<EchoHandler>());
        if (givenUpFirst)
        {
            pair.Accepted.FlyAway();
        }

        Manager.Tell(adopt, TestActor);
        ExpectMsg<AdoptionProtocol.Adopted>(Limit);
        pair.Accepted.FlyAway();

        pair.Client.Send("echo");
        Assert.Equal("echo"u8.ToArray(), TcpPair.RecvAll(pair.Client, 4));
    }

    [Fact]
    public void Unread_bytes_are_delivered_first_from_offset_0_and_split_into_frames()
    {
        using var pair = new TcpPair();
        var adopt = new AdoptionProtocol.Adopt(pair.Accepted.SockFd, unread: "one\ntwo\nthr"u8.ToArray());
        Manager.Tell(adopt, TestActor);
        var connection = ExpectMsg<AdoptionProtocol.Adopted>(Limit).Connection;
        pair.Client.Send("ee\nfour\n");

        connection.Tell(new ConnectionProtocol.Register(TestActor, new HandlerOptions { Framing = new LineFraming(100) }), TestActor);

        ExpectMsg<ConnectionProtocol.Connected>(Limit);
        var lines = new List<(long, string)>();
        while (lines.Count < 4)
        {
            var received = ExpectMsg<Received>(Limit);
            lines.Add((received.Offset, Encoding.UTF8.GetString(received.Span)));
        }

        Assert.Equal([(0L, "one"), (4, "two"), (8, "three"), (14, "four")], lines);
    }

    [Fact]
    public void Connections_run_on_the_chosen_loop_or_on_the_loops_in_turn()
    {
        using var first = new TcpPair();
        using var second = new TcpPair();
        using var third = new TcpPair();
        var dispatchers = new List<string>();
        foreach (var (pair, loop) in new[] { (first, (int?)null), (second, null), (third, 1) })
        {
            Manager.Tell(new AdoptionProtocol.Adopt(pair.Accepted.SockFd, Props.Create<EchoHandler>()) { Loop = loop }, TestActor);
            var connection = ExpectMsg<AdoptionProtocol.Adopted>(Limit).Connection;
            dispatchers.Add(((ActorRefWithCell)connection).Underlying.Props.Deploy.Dispatcher);
        }

        Assert.Equal(2, dispatchers.Take(2).Distinct().Count());
        Assert.Equal(Sys.ActorTcp().DispatcherOf(1), dispatchers[2]);
    }

    [Fact]
    public void Descriptor_that_is_not_a_connected_TCP_socket_stays_with_its_owner()
    {
        using var file = File.OpenHandle("/dev/null");
        using var udp = new Socket(SocketType.Dgram, ProtocolType.Udp);
        using var server = TcpPair.Listen();
        foreach (var (fd, errno) in new[]
        {
            (-1, Errno.EBADF), (100_000, Errno.EBADF), ((int)file.DangerousGetHandle(), Errno.ENOTSOCK), ((int)udp.Handle, Errno.EPROTOTYPE), (server.SockFd, Errno.ENOTCONN),
        })
        {
            var adopt = new AdoptionProtocol.Adopt(fd, Props.Create<EchoHandler>(), "unread"u8.ToArray());

            Manager.Tell(adopt, TestActor);

            var failed = ExpectMsg<AdoptionProtocol.AdoptFailed>(Limit);
            Assert.Equal(errno, failed.Errno);
            Assert.Contains(errno.ToString(), failed.Text, StringComparison.Ordinal);
            Assert.Same(adopt, failed.Adopt);
        }

        Assert.Equal(TcpState.Listen, server.GetState());
    }

    [Fact]
    public void Token_that_cannot_be_adopted_is_pending_again()
    {
        using var server = TcpPair.Listen();
        using var pair = new TcpPair();
        var listening = server.Detach()!;
        var badLoop = pair.Accepted.Detach()!;

        Manager.Tell(new AdoptionProtocol.Adopt(listening), TestActor);
        Assert.Equal(Errno.ENOTCONN, ExpectMsg<AdoptionProtocol.AdoptFailed>(Limit).Errno);
        Manager.Tell(new AdoptionProtocol.Adopt(badLoop) { Loop = 2 }, TestActor);
        Assert.Equal(Errno.EINVAL, ExpectMsg<AdoptionProtocol.AdoptFailed>(Limit).Errno);

        using var listener = listening.Take();
        Assert.Equal(TcpState.Listen, listener?.GetState());
        using var connected = badLoop.Take();
        Assert.Equal(TcpState.Established, connected?.GetState());
        Manager.Tell(new AdoptionProtocol.Adopt(badLoop), TestActor);
        Assert.Equal(Errno.EBADF, ExpectMsg<AdoptionProtocol.AdoptFailed>(Limit).Errno);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public async Task Connection_that_moves_from_handler_to_handler_loses_no_byte(int seed, bool framed)
    {
        var random = new Random(seed);
        var framing = framed ? new LengthPrefixFraming(LengthField.TwoBytes, 5000) : null;
        var (client, connection) = await AcceptAsync();
        connection.Tell(new ConnectionProtocol.Register(TestActor, new HandlerOptions { KeepOpenOnPeerEof = true, Framing = framing }), TestActor);
        ExpectMsg<ConnectionProtocol.Connected>(Limit);
        var toServer = new byte[300_000];
        random.NextBytes(toServer);
        var wire = framed ? Framed(toServer, random) : toServer;
        var sending = Task.Run(() => SendAsync(client, wire));
        var received = new MemoryStream();
        var toClient = new MemoryStream();
        for (var move = 0; received.Length < toServer.Length; move++)
        {
            var answer = new byte[random.Next(1, 2000)];
            random.NextBytes(answer);
            connection.Tell(new Send(answer), TestActor);
            toClient.Write(framed ? [(byte)(answer.Length >> 8), (byte)answer.Length, .. answer] : answer);
            if (move >= 20)
            {
                received.Write(ExpectMsg<Received>(Limit).Span);
                continue;
            }

            connection.Tell(new ConnectionProtocol.Detach(TestActor), TestActor);
            ConnectionProtocol.Detached? handed = null;
            foreach (var message in ReceiveToClosed())
            {
                handed ??= message as ConnectionProtocol.Detached;
                received.Write(message is Received more ? more.Span : default);
            }

            Manager.Tell(new AdoptionProtocol.Adopt(handed!) { Loop = move % 2 }, TestActor);
            connection = ExpectMsg<AdoptionProtocol.Adopted>(Limit).Connection;
            connection.Tell(new ConnectionProtocol.Register(TestActor, new HandlerOptions { KeepOpenOnPeerEof = true, Framing = framing }), TestActor);
            ExpectMsg<ConnectionProtocol.Connected>(Limit);
        }

        await sending;
        Assert.Equal(toServer, received.ToArray());
        Assert.Equal(toClient.ToArray(), await ReadAsync(client, (int)toClient.Length));
    }

    [Fact]
    public async Task Connection_moves_to_another_actor_system()
    {
        var (client, connection) = await RegisteredAsync(pull: true);
        await SendAsync(client, "unread,");
        await AwaitAsync(connection, description => description.BytesUnread == 7);
        connection.Tell(new ConnectionProtocol.Detach(TestActor), TestActor);
        var handed = ExpectMsg<ConnectionProtocol.Detached>(Limit);
        var other = ActorSystem.Create("other", "actortcp { loops = 1, drain-timeout = 0s }\nakka { loglevel = OFF, stdout-loglevel = OFF }");

        await other.ActorTcp().Manager.Ask<AdoptionProtocol.Adopted>(new AdoptionProtocol.Adopt(handed, Props.Create<EchoHandler>()), Limit);

        await SendAsync(client, "read");
        Assert.Equal("unread,read", await ReadTextAsync(client, 11));
        await other.Terminate();
    }

    [Theory]
    [InlineData(ProcessingStyle.Hooks)]
    [InlineData(ProcessingStyle.ReceiveAsync)]
    public async Task Handler_that_fails_over_unread_bytes_receives_them_again(object style)
    {
        using var pair = new TcpPair();
        var record = new HandlerRecord().FailAt(HandlerPlace.Received, 1);
        var processing = (ProcessingStyle)style;
        var props = Props.Create(() => new RecordingHandler(record, processing));

        Manager.Tell(new AdoptionProtocol.Adopt(pair.Accepted.Detach()!, props, "unread,"u8.ToArray()), TestActor);
        ExpectMsg<AdoptionProtocol.Adopted>(Limit);
        pair.Client.Send("read");

        await UntilAsync(() => record.Taken.Length == 11);
        Assert.Equal("unread,read"u8.ToArray(), record.Taken);
        Assert.Null(record.Fault);
        Assert.Equal(0, Assert.Single(record.Resumptions).Offset);
    }

    [Fact]
    public void Connection_that_is_not_registered_is_closed()
    {
        using var pair = new TcpPair();
        Sys.EventStream.Subscribe(TestActor, typeof(ListenerProtocol.ConnectionClosed));
        var settings = new ConnectionSettings { RegisterTimeout = TimeSpan.FromMilliseconds(1) };

        Manager.Tell(new AdoptionProtocol.Adopt(pair.Accepted.Detach()!) { ConnectionSettings = settings }, TestActor);

        ExpectMsg<AdoptionProtocol.Adopted>(Limit);
        Assert.Equal(CloseReason.NotRegistered, ExpectMsg<ListenerProtocol.ConnectionClosed>(Limit).Closed.Reason);
    }

    [Fact]
    public void Socket_that_the_loop_cannot_watch_is_returned() => ChildProcess.Run(FailToWatch);

    private static void FailToWatch() => FailToWatchAsync().GetAwaiter().GetResult();

    private static async Task FailToWatchAsync()
    {
        var faults = new OneCallFails(SystemCall.EpollAdd, Errno.ENOSPC);
        AppContext.SetData(ISystemCallFaults.Key, faults);
        using var system = ActorSystem.Create("faults", "actortcp { loops = 1, drain-timeout = 0s }\nakka { loglevel = ERROR, stdout-loglevel = OFF }");
        var manager = system.ActorTcp().Manager;
        using var pair = new TcpPair();
        using var other = new TcpPair();
        var token = pair.Accepted.Detach()!;
        var sockFd = other.Accepted.SockFd;
        foreach (var adopt in new[] { new AdoptionProtocol.Adopt(token), new AdoptionProtocol.Adopt(sockFd) })
        {
            faults.Arm();
            var failed = await manager.Ask<AdoptionProtocol.AdoptFailed>(adopt, Limit);
            Assert.Equal((Errno.ENOSPC, adopt), (failed.Errno, failed.Adopt));
        }

        Assert.True(token.IsPending);
        await manager.Ask<AdoptionProtocol.Adopted>(new AdoptionProtocol.Adopt(token, Props.Create<EchoHandler>()), Limit);
        await manager.Ask<AdoptionProtocol.Adopted>(new AdoptionProtocol.Adopt(sockFd, Props.Create<EchoHandler>()), Limit);
        foreach (var client in new[] { pair.Client, other.Client })
        {
            client.Send("echo");
            Assert.Equal("echo"u8.ToArray(), TcpPair.RecvAll(client, 4));
        }

        await system.Terminate();
    }

    private static byte[] Framed(byte[] bytes, Random random)
    {
        var wire = new MemoryStream();
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(bytes.Length - at, random.Next(0, 5000));
            wire.Write([(byte)(length >> 8), (byte)length]);
            wire.Write(bytes.AsSpan(at, length));
            at += length;
        }

        return wire.ToArray();
    }
}
