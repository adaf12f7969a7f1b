namespace ActorTcp.Tests.Connections;

/// <summary>With default settings, memory of a server is bounded for every peer and handler, and neither direction blocks the other.</summary>
public class BoundedDeliveryTests(ITestOutputHelper output) : ConnectionTestKit(
    output,
    "akka.loglevel = INFO\nblocking { type = PinnedDispatcher }",
    stillClock: false)
{
    private const long Bulk = 20 << 20;

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, false, true)]
    [InlineData(false, true, false)]
    [InlineData(false, true, true)]
    [InlineData(true, false, false)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(true, true, true)]
    public async Task Two_ends_that_both_send_in_bulk_both_receive_all(bool isTcpHandler, bool onPool, bool isFramed)
    {
        var done = CreateTestProbe();
        var framing = isFramed ? new LengthPrefixFraming(LengthField.FourBytes, 1 << 20) : null;
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort, BulkProps(isTcpHandler, onPool, done), new HandlerOptions { Framing = framing }), TestActor);
        var bound = ExpectMsg<ListenerProtocol.Bound>(Limit);

        Sys.ActorTcp().Manager.Tell(new ConnectorProtocol.Connect(bound.LocalAddress, BulkProps(isTcpHandler, onPool, done)) { HandlerOptions = new HandlerOptions { Framing = framing } }, TestActor);

        for (var end = 0; end < 2; end++)
        {
            Assert.Equal(Bulk, await done.ExpectMsgAsync<long>(Limit));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Server_and_plain_client_that_both_send_in_bulk_both_receive_all(bool isTcpHandler)
    {
        var done = CreateTestProbe();
        var client = await ConnectAsync(new ListenerProtocol.Bind(AnyPort, BulkProps(isTcpHandler, onPool: false, done)));

        var sending = SendAsync(client, new byte[Bulk]);

        Assert.Equal(Bulk, (await ReadAsync(client, (int)Bulk)).Length);
        await sending;
        Assert.Equal(Bulk, await done.ExpectMsgAsync<long>(Limit));
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(false, "akka.actor.default-dispatcher")]
    [InlineData(true, null)]
    [InlineData(true, "akka.actor.default-dispatcher")]
    public async Task Echo_to_a_client_that_reads_late_loses_nothing_and_stays_bounded(bool isTcpHandler, string? dispatcher)
    {
        var props = isTcpHandler ? Props.Create<TcpEcho>() : Props.Create<EchoHandler>();
        var bound = Listen(dispatcher is null ? props : props.WithDispatcher(dispatcher));
        using var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken(), 128 * 1024);
        await SendAsync(client, "x");
        Assert.Equal("x", await ReadTextAsync(client, 1));
        var connection = Assert.Single((await bound.Listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit)).Connections);
        var bytes = Seeded(7, (int)Bulk);
        var sending = SendAsync(client, bytes);
        await UntilAsync(async () => (await DescribeAsync(connection)).BytesQueued > 0);
        var before = -1L;
        await UntilAsync(async () =>
        {
            var now = await DescribeAsync(connection);
            Assert.InRange(now.BytesQueued, 0, 1 << 20);
            Assert.InRange(now.BytesUnread, 0, 512 * 1024);
            (var same, before) = (now.BytesIn == before, now.BytesIn);
            return same;
        });

        Assert.Equal(bytes, await ReadAsync(client, bytes.Length));
        await sending;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Plain_handler_that_does_not_process_receives_one_window(bool isUnbounded)
    {
        using var gate = new ManualResetEventSlim();
        var received = new ReceivedCount();
        var props = Props.Create(() => new BlockedHandler(received, gate)).WithDispatcher("blocking");
        var settings = new ConnectionSettings { UnboundedDelivery = isUnbounded };
        var client = await ConnectAsync(new ListenerProtocol.Bind(AnyPort, props, new HandlerOptions { Framing = new LineFraming(1000) }) { ConnectionSettings = settings });
        var lines = new byte[64 * 1024];
        lines.AsSpan().Fill((byte)'\n');
        await SendAsync(client, lines);
        await UntilAsync(() => Mailbox(received) > 1000);

        await UntilAsync(() => Mailbox(received) >= (isUnbounded ? lines.Length : (int)settings.ReadAheadBytes / ConnectionLimits.MessageOverhead) - 1);

        // Besides the lines, the mailbox may have the probe, and Connected if the handler has not run yet.
        Assert.InRange(Mailbox(received), 0, isUnbounded ? lines.Length : (settings.ReadAheadBytes / ConnectionLimits.MessageOverhead) + 2);
        gate.Set();
        await UntilAsync(() => received.Processed == lines.Length);
    }

    [Fact]
    public async Task One_byte_packets_for_a_slow_handler_take_little_more_memory_than_their_bytes()
    {
        var (client, connection) = await RegisteredAsync(pull: true);
        const int packets = 5000;
        for (var i = 1; i <= packets; i++)
        {
            await SendAsync(client, "x");
            if (i % 50 == 0)
            {
                await AwaitAsync(connection, description => description.BytesIn == i);
            }
        }

        Assert.InRange(HeldSlabs, 1, 4);
        connection.Tell(ConnectionProtocol.Read.Instance, TestActor);
        connection.Tell(ConnectionProtocol.Read.Instance, TestActor);
        Assert.Equal(packets, ReceiveBytes(packets).Length);
    }

    [Fact]
    public async Task Sends_without_bytes_count_against_the_queue()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(new Send(new byte[32 << 20]), TestActor);
        await AwaitAsync(connection, description => description.BytesQueued > 0);

        for (var i = 0; i <= (1 << 20) / ConnectionLimits.MessageOverhead; i++)
        {
            connection.Tell(new Send("", i), TestActor);
        }

        Assert.Equal(Errno.ENOBUFS, FishForMessage<ConnectionProtocol.SendFailed>(_ => true, Limit).Errno);
        client.Dispose();
    }

    private int HeldSlabs => Enumerable.Range(0, Sys.ActorTcp().LoopCount).Sum(loop => Sys.ActorTcp().Loops[loop].LeaseChecks!.HeldSlabs);

    private static Props BulkProps(bool isTcpHandler, bool onPool, IActorRef done)
    {
        var props = isTcpHandler ? Props.Create(() => new BulkTcpHandler(done)) : Props.Create(() => new BulkHandler(done));
        return onPool ? props.WithDispatcher("akka.actor.default-dispatcher") : props;
    }

    private static int Mailbox(ReceivedCount count) => (count.Handler as ActorRefWithCell)?.Underlying.NumberOfMessages ?? 0;

    /// <summary>Sends many bytes in pieces, ten at a time, and counts the received bytes.</summary>
    private sealed class BulkTransfer(IActorRef done)
    {
        private const int Piece = 64 * 1024;

        private long _left = Bulk;
        private long _received;

        public void Begin(IActorRef connection, IActorRef self)
        {
            for (var i = 0; i < 10; i++)
            {
                SendNext(connection, self);
            }
        }

        public void SendNext(IActorRef connection, IActorRef self)
        {
            if (_left > 0)
            {
                _left -= Piece;
                connection.Tell(new Send(new byte[Piece], "piece"), self);
            }
        }

        public void Count(Received received)
        {
            _received += received.Length;
            if (_received == Bulk)
            {
                done.Tell(_received);
            }
        }
    }

    private sealed class BulkHandler : ReceiveActor
    {
        public BulkHandler(IActorRef done)
        {
            var transfer = new BulkTransfer(done);
            Receive<ConnectionProtocol.Connected>(connected => transfer.Begin(connected.Connection, Self));
            Receive<ConnectionProtocol.Sent>(_ => transfer.SendNext(Sender, Self));
            Receive<Received>(transfer.Count);
            ReceiveAny(_ => { });
        }
    }

    private sealed class BulkTcpHandler : TcpHandler
    {
        private readonly BulkTransfer _transfer;

        public BulkTcpHandler(IActorRef done)
        {
            _transfer = new BulkTransfer(done);
            Receive<ConnectionProtocol.Sent>(_ => _transfer.SendNext(Connection, Self));
            ReceiveAny(_ => { });
        }

        protected override void OnConnected(ConnectionProtocol.Connected connected) => _transfer.Begin(Connection, Self);

        protected override void OnReceived(Received received) => _transfer.Count(received);
    }

    private sealed class ReceivedCount
    {
        private int _processed;

        public IActorRef? Handler { get; set; }

        public int Processed => Volatile.Read(ref _processed);

        public void Add() => Interlocked.Increment(ref _processed);
    }

    private sealed class BlockedHandler : ReceiveActor
    {
        public BlockedHandler(ReceivedCount count, ManualResetEventSlim gate)
        {
            count.Handler = Self;
            Receive<Received>(_ =>
            {
                gate.Wait(Limit);
                count.Add();
            });
            ReceiveAny(_ => { });
        }
    }

    private sealed class TcpEcho : TcpHandler
    {
        protected override void OnReceived(Received received) => Connection.Tell(received.ToSend(), Self);
    }
}
