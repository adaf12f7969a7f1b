using System.Security.Cryptography;
using ActorTcp.Framing;

namespace ActorTcp.Cluster.Tests.Serialization;

/// <summary>A handler on another node than its connection, over Akka.Remote with its default limits.</summary>
public sealed class RemoteHandlerTests
{
    private const int Megabyte = 1 << 20;

    [Fact]
    public async Task Plain_actor_on_another_node_echoes_a_stream()
    {
        await using var nodes = new TwoNodes();
        var (_, client) = await nodes.Connect(Props.Create(() => new PlainEcho()));
        await Echoes(client, 4 * Megabyte);
    }

    [Fact]
    public async Task TcpHandler_on_another_node_echoes_a_stream()
    {
        await using var nodes = new TwoNodes();
        var (_, client) = await nodes.Connect(Props.Create(() => new Echo(null)));
        await Echoes(client, 4 * Megabyte);
    }

    [Fact]
    public async Task Bytes_arrive_in_pieces_that_fit_into_a_message()
    {
        await using var nodes = new TwoNodes();
        var log = new ConcurrentQueue<object>();
        var (_, client) = await nodes.Connect(Props.Create(() => new Recorder(log)), new HandlerOptions { Framing = new LengthPrefixFraming(LengthField.FourBytes, Megabyte) });
        var frame = RandomNumberGenerator.GetBytes(200_000);
        byte[] header = [0, 3, 0x0d, 0x40];
        await client.GetStream().WriteAsync((byte[])[.. header, .. frame, 0, 0, 0, 1, 7]);
        await Eventually.HoldsAsync(() => log.OfType<Received>().Sum(received => received.Length) == frame.Length + 1);
        var all = log.OfType<Received>().ToList();
        Assert.All(all, received => Assert.InRange(received.Length, 1, 65536));
        Assert.Equal([true, true, true, false, false], all.Select(received => received.IsPartial));
        Assert.Equal(frame, all.Take(4).SelectMany(received => received.Memory.ToArray()));
        Assert.Equal(all.Select(received => received.Offset).Order(), all.Select(received => received.Offset));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Handler_that_does_not_process_has_few_bytes_in_its_mailbox(bool acknowledges)
    {
        await using var nodes = new TwoNodes();
        using var gate = new ManualResetEventSlim();
        var connected = new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        var props = acknowledges ? Props.Create(() => new BlockedHandler(gate, connected)) : Props.Create(() => new BlockedPlain(gate, connected));
        var (_, client) = await nodes.Connect(props);
        _ = client.GetStream().WriteAsync(new byte[16 * Megabyte]).AsTask();
        var connection = await connected.Task.WaitAsync(TwoNodes.Limit);
        var limit = new ConnectionSettings().ReadAheadBytes;
        ConnectionDescription description = null!;
        await Eventually.HoldsAsync(async () =>
        {
            description = await connection.Ask<ConnectionDescription>(ConnectionProtocol.Describe.Instance, TwoNodes.Limit);
            return description.BytesUnread >= limit;
        });
        Assert.InRange(description.BytesIn - description.BytesUnread, 1, acknowledges ? 65536 : limit + 65536);
        gate.Set();
    }

    [Fact]
    public async Task Handler_that_fails_receives_its_bytes_in_Resumed_and_loses_none()
    {
        await using var nodes = new TwoNodes();
        var log = new ConcurrentQueue<object>();
        var (_, client) = await nodes.Connect(Props.Create(() => new Fragile(log)), new HandlerOptions { Framing = new LineFraming(100) });
        await client.GetStream().WriteAsync("one\nboom\ntwo\nboom\nthree\n"u8.ToArray());
        await Eventually.HoldsAsync(() => log.Count == 5);
        Assert.Equal(["one", "resumed boom", "two", "resumed boom", "three"], log);
    }

    [Fact]
    public async Task Stream_goes_on_after_acknowledgements_were_lost()
    {
        await using var nodes = new TwoNodes();
        var log = new ConcurrentQueue<object>();
        var (_, client) = await nodes.Connect(Props.Create(() => new Lines(log, null)), new HandlerOptions { Framing = new LineFraming(100) });
        await client.GetStream().WriteAsync("1\n"u8.ToArray());
        await Eventually.HoldsAsync(() => log.Count == 1);
        await TwoNodes.Lose(nodes.Handlers, nodes.Connections, loses: true);
        await client.GetStream().WriteAsync("2\n3\n4\n"u8.ToArray());
        await Eventually.HoldsAsync(() => log.Count >= 2);
        await TwoNodes.Lose(nodes.Handlers, nodes.Connections, loses: false);
        await Eventually.HoldsAsync(() => log.Count >= 4);
        await client.GetStream().WriteAsync("5\n"u8.ToArray());
        await Eventually.HoldsAsync(() => log.Count >= 5);
        Assert.Equal(["1", "2", "3", "4", "5"], log);
    }

    [Fact]
    public async Task Stream_goes_on_after_received_messages_were_lost()
    {
        await using var nodes = new TwoNodes();
        var connected = new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        var log = new ConcurrentQueue<object>();
        var (_, client) = await nodes.Connect(Props.Create(() => new Lines(log, connected)), new HandlerOptions { Framing = new LineFraming(100) });
        await client.GetStream().WriteAsync("1\n"u8.ToArray());
        await Eventually.HoldsAsync(() => log.Count == 1);
        await TwoNodes.Lose(nodes.Connections, nodes.Handlers, loses: true);
        await client.GetStream().WriteAsync("2\n3\n4\n5\n"u8.ToArray());
        var connection = ((ExtendedActorSystem)nodes.Connections).Provider.ResolveActorRef((await connected.Task).Path.ToSerializationFormat());
        await Eventually.HoldsAsync(async () =>
        {
            var description = await connection.Ask<ConnectionDescription>(ConnectionProtocol.Describe.Instance, TwoNodes.Limit);
            return description.BytesIn - description.BytesUnread >= 4;
        });
        await TwoNodes.Lose(nodes.Connections, nodes.Handlers, loses: false);
        await Eventually.HoldsAsync(() => log.Count >= 5);
        Assert.Equal(["1", "2", "3", "4", "5"], log);
    }

    [Fact]
    public async Task Handler_processes_the_end_of_the_stream_and_the_connection_ends()
    {
        await using var nodes = new TwoNodes();
        var log = new ConcurrentQueue<object>();
        var (_, client) = await nodes.Connect(Props.Create(() => new Echo(log)));
        using var reader = new StreamReader(client.GetStream());
        client.Client.Send("bye"u8);
        client.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal("bye", await reader.ReadToEndAsync().WaitAsync(TwoNodes.Limit));
        await Eventually.HoldsAsync(() => log.OfType<ConnectionProtocol.Closed>().Any());
        Assert.Equal(CloseReason.PeerClosed, log.OfType<ConnectionProtocol.Closed>().Single().Reason);
    }

    [Fact]
    public async Task Connection_closes_when_the_node_of_its_handler_is_gone()
    {
        await using var nodes = new TwoNodes(pause: "1s");
        var ended = new TaskCompletionSource<ListenerProtocol.ConnectionClosed>(TaskCreationOptions.RunContinuationsAsynchronously);
        var listening = nodes.Connections.ActorOf(Props.Create(() => new EndListener(ended)));
        nodes.Connections.EventStream.Subscribe(listening, typeof(ListenerProtocol.ConnectionClosed));
        var (_, client) = await nodes.Connect(Props.Create(() => new Echo(null)));
        await Echoes(client, 10);
        await TwoNodes.Lose(nodes.Handlers, nodes.Connections, loses: true);
        await TwoNodes.Lose(nodes.Connections, nodes.Handlers, loses: true);
        Assert.Equal(CloseReason.HandlerStopped, (await ended.Task.WaitAsync(TwoNodes.Limit)).Closed.Reason);
        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(TwoNodes.Limit));
    }

    [Fact]
    public async Task Handler_and_its_task_end_when_the_node_of_the_connection_is_gone()
    {
        await using var nodes = new TwoNodes(pause: "1s");
        var log = new ConcurrentQueue<object>();
        var (_, client) = await nodes.Connect(Props.Create(() => new Waiting(log)));
        await client.GetStream().WriteAsync("x"u8.ToArray());
        await Eventually.HoldsAsync(() => log.Count == 1);
        await TwoNodes.Lose(nodes.Handlers, nodes.Connections, loses: true);
        await TwoNodes.Lose(nodes.Connections, nodes.Handlers, loses: true);
        await Eventually.HoldsAsync(() => log.Count == 3);
        Assert.Equal("waits, disconnected, ConnectionStopped", string.Join(", ", log));
    }

    [Fact]
    public async Task Any_actor_on_another_node_may_send_to_a_connection()
    {
        await using var nodes = new TwoNodes();
        var connected = new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var gate = new ManualResetEventSlim(initialState: true);
        var (_, client) = await nodes.Connect(Props.Create(() => new BlockedPlain(gate, connected)));
        var connection = await connected.Task.WaitAsync(TwoNodes.Limit);
        var sent = await connection.Ask<ConnectionProtocol.Sent>(new Send("hello", token: "t"), TwoNodes.Limit);
        Assert.Equal("t", sent.Token);
        var bytes = new byte[5];
        await client.GetStream().ReadExactlyAsync(bytes).AsTask().WaitAsync(TwoNodes.Limit);
        Assert.Equal("hello"u8, bytes);
    }

    private static async Task Echoes(TcpClient client, int length)
    {
        var sent = RandomNumberGenerator.GetBytes(length);
        var received = new byte[length];
        var writing = client.GetStream().WriteAsync(sent).AsTask();
        await client.GetStream().ReadExactlyAsync(received).AsTask().WaitAsync(TwoNodes.Limit);
        await writing.WaitAsync(TwoNodes.Limit);
        Assert.True(sent.AsSpan().SequenceEqual(received));
    }

    private sealed class PlainEcho : ReceiveActor
    {
        public PlainEcho() => Receive<Received>(received => Sender.Tell(received.ToSend()));
    }

    private sealed class Recorder : ReceiveActor
    {
        public Recorder(ConcurrentQueue<object> log) => ReceiveAny(log.Enqueue);
    }

    private sealed class Echo(ConcurrentQueue<object>? log) : TcpHandler
    {
        protected override void OnReceived(Received received) => Send(received.ToSend());

        protected override void OnClosed(ConnectionProtocol.Closed closed) => log?.Enqueue(closed);
    }

    private sealed class Lines(ConcurrentQueue<object> log, TaskCompletionSource<IActorRef>? connected) : TcpHandler
    {
        protected override void OnConnected(ConnectionProtocol.Connected message) => connected?.SetResult(message.Connection);

        protected override void OnReceived(Received received) => log.Enqueue(Encoding.UTF8.GetString(received.Span));
    }

    private sealed class Fragile(ConcurrentQueue<object> log) : TcpHandler
    {
        protected override void OnReceived(Received received)
        {
            var line = Encoding.UTF8.GetString(received.Span);
            if (line == "boom")
            {
                throw new InvalidOperationException(line);
            }

            log.Enqueue(line);
        }

        protected override void OnResumed(ConnectionProtocol.Resumed resumed) => log.Enqueue($"resumed {Encoding.UTF8.GetString(resumed.Bytes.Span)}");
    }

    private sealed class Waiting(ConcurrentQueue<object> log) : TcpHandler
    {
        protected override void OnReceived(Received received) => RunTask(async disconnected =>
        {
            log.Enqueue("waits");
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var registration = disconnected.Register(ended.SetResult);
            await ended.Task;
            log.Enqueue("disconnected");
        });

        protected override void OnClosed(ConnectionProtocol.Closed closed) => log.Enqueue(closed.Reason);
    }

    private sealed class BlockedHandler(ManualResetEventSlim gate, TaskCompletionSource<IActorRef> connected) : TcpHandler
    {
        protected override void OnConnected(ConnectionProtocol.Connected message) => connected.SetResult(message.Connection);

        protected override void OnReceived(Received received) => gate.Wait(TwoNodes.Limit);
    }

    private sealed class BlockedPlain : ReceiveActor
    {
        public BlockedPlain(ManualResetEventSlim gate, TaskCompletionSource<IActorRef> connected)
        {
            Receive<ConnectionProtocol.Connected>(message => connected.SetResult(message.Connection));
            Receive<Received>(_ => gate.Wait(TwoNodes.Limit));
        }
    }

    private sealed class EndListener : ReceiveActor
    {
        public EndListener(TaskCompletionSource<ListenerProtocol.ConnectionClosed> ended) => Receive<ListenerProtocol.ConnectionClosed>(ended.SetResult);
    }
}
