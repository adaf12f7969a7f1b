using System.Buffers;
using Akka.Pattern;

namespace ActorTcp.Tests.Actors;

/// <summary>A user's mistake with a message never reaches another connection: not its bytes, not its life, not its time.</summary>
public sealed class MessageSafetyTests(ITestOutputHelper output) : ConnectionTestKit(output, "akka.loglevel = INFO", loops: 1, stillClock: false)
{
    [Fact]
    public async Task Received_that_is_stashed_keeps_its_bytes_and_the_stream_waits()
    {
        var read = new ConcurrentQueue<string>();
        using var mine = await ConnectToAsync(Props.Create(() => new Stasher(read, TestActor)));
        var handler = ExpectMsg<IActorRef>(Limit);
        using var strangers = await ConnectToAsync(Props.Create<EchoHandler>());
        await SendAsync(mine, "mine");
        ExpectMsg("stashed", Limit);
        await SendAsync(mine, ", and more");
        for (var i = 0; i < 20; i++)
        {
            await SendAsync(strangers, "a stranger's password");
            Assert.Equal("a stranger's password", await ReadTextAsync(strangers, 21));
        }

        handler.Tell("open");

        await UntilAsync(() => string.Concat(read) == "mine, and more");
        Assert.Equal("mine", read.First());
    }

    [Fact]
    public async Task Received_that_is_forwarded_throws_later_and_a_retained_one_stays_valid()
    {
        var worker = Sys.ActorOf(Props.Create(() => new LateReader(TestActor)));
        using var client = await ConnectToAsync(Props.Create(() => new Forwarder(worker)));

        await SendAsync(client, "mine");

        ExpectMsg("disposed", Limit);
        ExpectMsg("retained: mine", Limit);
    }

    [Fact]
    public async Task Broadcast_reaches_every_connection_and_ends_none()
    {
        var members = Sys.ActorOf(Props.Create<Room>());
        var clients = new List<Socket>();
        for (var i = 0; i < 5; i++)
        {
            clients.Add(await ConnectToAsync(Props.Create(() => new Member(members))));
        }

        await UntilAsync(async () => await members.Ask<int>("count", Limit) == clients.Count);
        for (var i = 0; i < 20; i++)
        {
            await SendAsync(clients[i % clients.Count], "hello all!");
            foreach (var client in clients)
            {
                Assert.Equal("hello all!", await ReadTextAsync(client, 10));
            }
        }

        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Leased_Send_for_two_connections_fails_for_the_second_and_ends_neither()
    {
        var sends = new ConcurrentQueue<Send>();
        using var source = await ConnectToAsync(Props.Create(() => new SendMaker(sends)));
        await SendAsync(source, "once");
        await UntilAsync(() => sends.Count == 1);
        var (first, firstConnection) = await RegisteredAsync();
        var (second, secondConnection) = await RegisteredAsync();

        firstConnection.Tell(sends.First(), TestActor);
        Assert.Equal("once", await ReadTextAsync(first, 4));
        secondConnection.Tell(sends.First(), TestActor);

        Assert.Equal(Errno.EINVAL, ExpectMsg<ConnectionProtocol.SendFailed>(Limit).Errno);
        secondConnection.Tell(new Send("alive"), TestActor);
        Assert.Equal("alive", await ReadTextAsync(second, 5));
        Assert.Throws<ObjectDisposedException>(() => sends.First().Memory);
    }

    [Fact]
    public async Task Received_that_is_sent_to_a_connection_by_mistake_is_not_taken_for_bytes_of_its_peer()
    {
        var (client, connection) = await RegisteredAsync();
        using var open = client;

        connection.Tell(Received.CopyOf("forged"u8), TestActor);

        Assert.Equal(0, (await DescribeAsync(connection)).BytesIn);
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public async Task Linger_of_one_connection_takes_no_time_of_another()
    {
        var (slow, connection) = await RegisteredAsync();
        using var other = await ConnectToAsync(Props.Create<EchoHandler>());
        connection.Tell(new ConnectionProtocol.SetOption(new SocketOption.Linger(true, 30)), TestActor);
        ExpectMsg<ConnectionProtocol.OptionSet>(Limit);
        for (var i = 0; i < 60; i++)
        {
            connection.Tell(new Send(new byte[16_000]), TestActor);
        }

        connection.Tell(ConnectionProtocol.Close.Instance, TestActor);
        await SendAsync(other, "quick");
        Assert.Equal("quick", await ReadTextAsync(other, 5));

        // The documented effect, for the one that asked: it is closed when its peer has all of it.
        Assert.NotEqual("Ended", await PhaseAsync(connection));
        Assert.Equal(60 * 16_000, (await ReadToEndAsync(slow)).Length);
        FishForMessage<ConnectionProtocol.Closed>(_ => true, Limit);
    }

    [Fact]
    public async Task Handler_under_a_BackoffSupervisor_is_resumed_when_it_is_back()
    {
        // On another dispatcher than its supervisor, the handler could be overtaken by the end of the stream.
        var adder = Props.Create<Adder>().WithDispatcher(Sys.ActorTcp().DispatcherOf(0));
        var props = BackoffSupervisor.Props(Backoff.OnFailure(adder, "adder", TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1), 0, 10));
        Sys.ActorOf(Props.Create(() => new Subscriber(TestActor)));
        using var client = await ConnectAsync(new ListenerProtocol.Bind(AnyPort, props, Framing: new LineFraming(100)));
        await SendAsync(client, "1\n");
        Assert.Equal("1\n", await ReadTextAsync(client, 2));
        await SendAsync(client, "x\n5\n");
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal("resumed\n5\n", Encoding.UTF8.GetString(await ReadToEndAsync(client)));
        FishForMessage<ListenerProtocol.ConnectionClosed>(_ => true, Limit);
    }

    [Fact]
    public async Task Plain_handler_with_a_stash_gets_its_bytes_before_the_connection_closes()
    {
        using var client = await ConnectToAsync(Props.Create(() => new PlainStasher(TestActor)));
        var handler = ExpectMsg<IActorRef>(Limit);
        await SendAsync(client, "stashed");
        client.Shutdown(SocketShutdown.Send);
        ExpectMsg("stashed PeerEof", Limit);

        handler.Tell("open");

        Assert.Equal("stashed", Encoding.UTF8.GetString(await ReadToEndAsync(client)));
    }

    [Fact]
    public async Task TcpHandler_with_a_connection_refuses_a_second_one_with_an_answer()
    {
        var handler = Sys.ActorOf(Props.Create<Quiet>());
        var (firstClient, first) = await AcceptAsync();
        var (secondClient, second) = await AcceptAsync();
        using var firstOpen = firstClient;
        using var secondOpen = secondClient;
        first.Tell(new ConnectionProtocol.Register(handler), TestActor);
        await AwaitAsync(first, description => description.Phase == "Open");

        second.Tell(new ConnectionProtocol.Register(handler), TestActor);

        Assert.Equal(Errno.EBUSY, ExpectMsg<ConnectionProtocol.RegisterFailed>(Limit).Errno);
        second.Tell(new ConnectionProtocol.Register(TestActor), TestActor);
        ExpectMsg<ConnectionProtocol.Connected>(Limit);
    }

    [Fact]
    public void Send_of_foreign_memory_copies_it_or_throws_where_it_is_made()
    {
        using var manager = new FailingManager();
        var received = Received.CopyOf("bytes"u8);

        Assert.Throws<ObjectDisposedException>(() => new Send(manager.Memory));
        Assert.Equal("bytes", Encoding.UTF8.GetString(new Send(received.Memory).Memory.Span));
    }

    [Fact]
    public async Task Memory_and_text_of_a_released_Received_show_no_byte()
    {
        var kept = new ConcurrentQueue<(Received Received, ReadOnlyMemory<byte> Memory)>();
        using var client = await ConnectToAsync(Props.Create(() => new Keeper(kept)));
        await SendAsync(client, "secret");
        await UntilAsync(() => kept.Count == 1 && kept.First().Received.ToString() == "Received(6 bytes at 0, released)");
        var (received, memory) = kept.First();

        Assert.Throws<ObjectDisposedException>(() => memory.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => received.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => received.ToSend());
        Assert.Throws<ObjectDisposedException>(received.Retain);
        var second = Assert.Throws<ObjectDisposedException>(received.Release);
        Assert.Contains("TcpHandler", second.Message, StringComparison.Ordinal);
    }

    private Task<Socket> ConnectToAsync(Props handler) => ConnectAsync(new ListenerProtocol.Bind(AnyPort, handler));

    private sealed class Stasher : TcpHandler, IWithUnboundedStash
    {
        private readonly ConcurrentQueue<string> _read;
        private readonly IActorRef _told;
        private bool _open;

        public Stasher(ConcurrentQueue<string> read, IActorRef told)
        {
            (_read, _told) = (read, told);
            told.Tell(Self);
            Receive<string>(_ =>
            {
                _open = true;
                Stash.UnstashAll();
            });
        }

        public IStash Stash { get; set; } = null!;

        protected override void OnReceived(Received received)
        {
            if (_open)
            {
                _read.Enqueue(Encoding.UTF8.GetString(received.Span));
            }
            else
            {
                Stash.Stash();
                _told.Tell("stashed");
            }
        }
    }

    private sealed class Forwarder(IActorRef worker) : TcpHandler
    {
        protected override void OnReceived(Received received)
        {
            worker.Forward(received);
            worker.Tell(("retained", received.Retain()));
        }
    }

    private sealed class LateReader : ReceiveActor
    {
        public LateReader(IActorRef told)
        {
            ReceiveAsync<Received>(async received =>
            {
                while (!received.ToString().Contains("released", StringComparison.Ordinal))
                {
                    await Task.Yield();
                }

                try
                {
                    told.Tell(Encoding.UTF8.GetString(received.Span));
                }
                catch (ObjectDisposedException)
                {
                    told.Tell("disposed");
                }
            });
            Receive<(string Name, Received Received)>(kept => told.Tell($"{kept.Name}: {Encoding.UTF8.GetString(kept.Received.Span)}"));
        }
    }

    private sealed class Room : ReceiveActor
    {
        private readonly List<IActorRef> _members = [];

        public Room()
        {
            Receive<ConnectionProtocol.Connected>(connected => _members.Add(connected.Connection));
            Receive<Received>(received => _members.ForEach(member => member.Tell(received.ToSend(), Self)));
            Receive<string>(_ => Sender.Tell(_members.Count, Self));
        }
    }

    private sealed class Member(IActorRef room) : TcpHandler
    {
        protected override void OnConnected(ConnectionProtocol.Connected connected) => room.Tell(connected);

        protected override void OnReceived(Received received) => room.Tell(received.Retain());
    }

    private sealed class SendMaker(ConcurrentQueue<Send> sends) : TcpHandler
    {
        protected override void OnReceived(Received received) => sends.Enqueue(received.ToSend());
    }

    private sealed class Adder : TcpHandler
    {
        private int _sum;

        protected override void OnReceived(Received received)
        {
            _sum += int.Parse(received.Span, System.Globalization.CultureInfo.InvariantCulture);
            Send($"{_sum}");
        }

        protected override void OnResumed(ConnectionProtocol.Resumed resumed) => Send("resumed");
    }

    private sealed class Subscriber : ReceiveActor
    {
        public Subscriber(IActorRef told)
        {
            Context.System.EventStream.Subscribe(Self, typeof(ListenerProtocol.ConnectionClosed));
            ReceiveAny(message => told.Tell(message));
        }
    }

    private sealed class PlainStasher : ReceiveActor, IWithUnboundedStash
    {
        public PlainStasher(IActorRef told)
        {
            told.Tell(Self);
            Receive<string>(_ =>
            {
                Become(() =>
                {
                    Receive<Received>(received => Sender.Tell(received.ToSend()));
                    ReceiveAny(_ => { });
                });
                Stash.UnstashAll();
            });
            ReceiveAny(message =>
            {
                Stash.Stash();
                if (message is ConnectionProtocol.PeerEof)
                {
                    told.Tell("stashed PeerEof");
                }
            });
        }

        public IStash Stash { get; set; } = null!;
    }

    private sealed class Quiet : TcpHandler;

    private sealed class Keeper(ConcurrentQueue<(Received Received, ReadOnlyMemory<byte> Memory)> kept) : TcpHandler
    {
        protected override void OnReceived(Received received) => kept.Enqueue((received, received.Memory));
    }

    private sealed class FailingManager : MemoryManager<byte>
    {
        public override Memory<byte> Memory => CreateMemory(4);

        public override Span<byte> GetSpan() => throw new ObjectDisposedException(nameof(FailingManager));

        public override MemoryHandle Pin(int elementIndex = 0) => throw new ObjectDisposedException(nameof(FailingManager));

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
