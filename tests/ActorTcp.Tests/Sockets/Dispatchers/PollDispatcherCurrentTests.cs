namespace ActorTcp.Tests.Sockets.Dispatchers;

/// <summary>A callback that no thread would ever call is refused when it is registered, or when the wrong dispatcher is polled.</summary>
public sealed class PollDispatcherCurrentTests(ITestOutputHelper output) : TcpTestKit(output, "own-thread { type = PinnedDispatcher }")
{
    [Fact]
    public async Task Callback_on_a_pool_thread_without_a_dispatcher_throws()
    {
        using var server = TcpPair.Listen();
        await Task.Run(() =>
        {
            ForgetCurrent();
            var failure = Assert.Throws<InvalidOperationException>(() => server.Accept((tcp, _) => tcp.Close()));
            Assert.Contains("Tcp.Accept(callback)", failure.Message, StringComparison.Ordinal);
            Assert.Contains("AcceptAsync", failure.Message, StringComparison.Ordinal);
            Assert.Throws<InvalidOperationException>(() => server.Accept((_, _) => Task.CompletedTask));
            failure = Assert.Throws<InvalidOperationException>(() => Tcp.CreateClient(server.SockName(), (tcp, _) => tcp.Close()));
            Assert.Contains("Tcp.CreateClient", failure.Message, StringComparison.Ordinal);
            Assert.Throws<InvalidOperationException>(() => Tcp.CreateClient(server.SockName(), (_, _) => Task.CompletedTask));
            Assert.True(server.Accept((Action<Tcp, SockAddr>?)null));
        });
        server.Close();
        Assert.Equal(-1, server.SockFd);
    }

    [Fact]
    public async Task Callback_on_a_pool_thread_whose_dispatcher_was_requested_works()
        => await Task.Run(() =>
        {
            ForgetCurrent();
            using var dispatcher = PollDispatcher.Current;
            using var server = TcpPair.Listen();
            Assert.True(server.Accept((tcp, _) => tcp.Close()));
            using var client = Tcp.CreateClient(server.SockName(), TcpPair.Limit);
            Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        });

    [Fact]
    public void Polling_on_another_thread_after_an_await_throws()
        => OwnThread.Run(() =>
        {
            using var armed = PollDispatcher.Current;
            using var server = TcpPair.Listen();
            Assert.True(server.Accept((tcp, _) => tcp.Close()));
            using var client = Tcp.CreateClient(server.SockName(), TcpPair.Limit);
            // A wait for the task itself could run it on this thread.
            Task.Run(() =>
            {
                ForgetCurrent();
                var failure = Assert.Throws<InvalidOperationException>(() => PollDispatcher.Current.Poll(TimeSpan.Zero));
                Assert.Contains("before an await", failure.Message, StringComparison.Ordinal);
                Assert.Throws<InvalidOperationException>(() => PollDispatcher.Current.Forever(() => false));

                // A dispatcher that is named explicitly may be polled on any thread.
                Assert.Equal(1, armed.Poll(TcpPair.Limit));

                // A dispatcher with its own registrations is polled as usual.
                Assert.True(PollDispatcher.Current.Post(() => { }));
                Assert.Equal(1, PollDispatcher.Current.Poll(TcpPair.Limit));
                ForgetCurrent();
            }).WaitAsync(Limit).GetAwaiter().GetResult();
        });

    [Theory]
    [InlineData("akka.actor.default-dispatcher")]
    [InlineData("own-thread")]
    public void Callback_in_an_actor_that_is_not_on_a_loop_throws(string dispatcher)
    {
        using var server = TcpPair.Listen();
        var actor = Sys.ActorOf(Props.Create(() => new Arming()).WithDispatcher(dispatcher));
        actor.Tell(server, TestActor);

        var failure = ExpectMsg<Armed>(Limit).Failure;
        Assert.Contains("not on a poll loop", Assert.IsType<InvalidOperationException>(failure).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Callback_in_an_actor_on_a_loop_is_called_there()
    {
        using var server = TcpPair.Listen();
        var actor = Sys.ActorOf(Props.Create(() => new Arming()).WithDispatcher(Sys.ActorTcp().DispatcherOf(0)));
        actor.Tell(server, TestActor);
        Assert.Null(ExpectMsg<Armed>(Limit).Failure);

        using var client = Tcp.CreateClient(server.SockName(), TcpPair.Limit)!;
        Assert.Equal(Tcp.EndOfStream, client.Recv(new byte[1]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Await_in_an_actor_continues_in_that_actor(bool isOnLoop)
    {
        using var pair = new TcpPair();
        var props = Props.Create(() => new Receiving());
        var actor = Sys.ActorOf(isOnLoop ? props.WithDispatcher(Sys.ActorTcp().DispatcherOf(0)) : props);
        actor.Tell(pair.Accepted, TestActor);
        pair.Client.Send("abc");

        ExpectMsg("abc", Limit);
        Assert.Equal(actor, LastSender);
    }

    private static void ForgetCurrent() => PollDispatcher.Current.Dispose();

    private sealed record Armed(Exception? Failure);

    private sealed class Arming : ReceiveActor
    {
        public Arming() => Receive<Tcp>(server =>
        {
            if (PollLoop.Current is null)
            {
                // Another test may have used the dispatcher of this pool thread.
                ForgetCurrent();
            }

            Sender.Tell(new Armed(Record.Exception(() => { server.Accept((tcp, _) => tcp.Close()); })));
        });
    }

    private sealed class Receiving : ReceiveActor
    {
        public Receiving() => ReceiveAsync<Tcp>(async tcp =>
        {
            var buffer = new byte[3];
            for (var count = 0; count < buffer.Length;)
            {
                count += await tcp.RecvAsync(buffer.AsMemory(count));
            }

            Sender.Tell(System.Text.Encoding.ASCII.GetString(buffer), Self);
        });
    }
}
