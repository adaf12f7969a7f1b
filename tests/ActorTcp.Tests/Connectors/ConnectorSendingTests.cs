using Akka.Actor.Setup;
using System.Threading.Channels;

namespace ActorTcp.Tests.Connectors;

/// <summary>Sends through a connector: while connected, while not connected, and while the connection ends.</summary>
public sealed class ConnectorSendingTests(ITestOutputHelper output) : ConnectorTestKit(output, "akka.loglevel = INFO")
{
    [Fact]
    public async Task Send_of_several_buffers_keeps_them_through_a_connector()
    {
        using var server = ListenAt();
        var lookup = new TaskCompletionSource<IReadOnlyList<SockAddr>>();
        var connector = Start(To(new ScriptedResolver(_ => lookup.Task)) with { QueueBytes = 1000 });
        connector.Tell(new Send(["head,"u8.ToArray(), "body"u8.ToArray()], "list"), TestActor);
        Assert.Equal(9, (await DescribeAsyncOf(connector)).BytesWaiting);

        lookup.SetResult([AddressOf(server)]);
        using var peer = await AcceptAsync(server);

        ExpectMsg<ConnectorProtocol.Connected>(Limit);
        Assert.Equal("list", ExpectMsg<ConnectionProtocol.Sent>(Limit).Token);
        var bytes = new byte[9];
        await peer.ReceiveAsync(bytes.AsMemory(), LimitToken());
        Assert.Equal("head,body"u8.ToArray(), bytes);
        Sys.Stop(connector);
    }

    [Fact]
    public void Send_without_a_queue_is_refused_while_the_connector_is_not_connected()
    {
        var connector = Start(To(Refusing) with { Reconnect = Late });
        ExpectMsg<ConnectorProtocol.Reconnecting>(Limit);

        connector.Tell(new Send("x", 1), TestActor);
        connector.Tell(new Send("y"), TestActor);

        foreach (var token in new object?[] { 1, null })
        {
            var failed = ExpectMsg<ConnectionProtocol.SendFailed>(Limit);
            Assert.Equal((token, Errno.ENOTCONN), (failed.Token, failed.Errno));
        }
    }

    [Fact]
    public async Task Queued_Sends_are_sent_in_order_before_Sends_that_the_handler_makes_on_Connected()
    {
        using var server = ListenAt();
        var lookup = new TaskCompletionSource<IReadOnlyList<SockAddr>>();
        var connect = new ConnectorProtocol.Connect(new ScriptedResolver(_ => lookup.Task).Host, 1, Props.Create<Greeter>()) { QueueBytes = 1000 };
        var connector = Start(connect);
        var expected = new StringBuilder();
        for (var i = 0; i < 100; i++)
        {
            expected.Append(i).Append(' ');
            connector.Tell(new Send($"{i} ", i), TestActor);
        }

        Assert.Equal(expected.Length, (await DescribeAsyncOf(connector)).BytesWaiting);
        lookup.SetResult([AddressOf(server)]);
        using var peer = await AcceptAsync(server);
        expected.Append("hello");
        Assert.Equal(expected.ToString(), await ReadTextAsync(peer, expected.Length));
        ExpectMsg<ConnectorProtocol.Connected>(Limit);
        connector.Tell(new Send("last", 100), TestActor);
        Assert.Equal("last", await ReadTextAsync(peer, 4));
        Assert.Equal(Enumerable.Range(0, 101), ReceiveN(101, Limit).Select(message => (int)Assert.IsType<ConnectionProtocol.Sent>(message).Token));
        Sys.Stop(connector);
    }

    [Fact]
    public void Send_that_exceeds_the_queue_is_refused_and_Sends_that_fit_are_kept()
    {
        var connector = Start(To(Refusing) with { Reconnect = Late, QueueBytes = 10 });
        ExpectMsg<ConnectorProtocol.Reconnecting>(Limit);
        foreach (var length in new[] { 8, 3, 2, 0 })
        {
            connector.Tell(new Send(new byte[length], length), TestActor);
        }

        Assert.All([3, 0], (int token) =>
        {
            var failed = ExpectMsg<ConnectionProtocol.SendFailed>(Limit);
            Assert.Equal((token, Errno.ENOBUFS), ((int)failed.Token!, failed.Errno));
        });
        connector.Tell(ConnectorProtocol.Close.Instance, TestActor);
        Assert.Equal([8, 2], ReceiveToEnd(connector).OfType<ConnectionProtocol.SendFailed>().Select(failed => (int)failed.Token!));
    }

    [Fact]
    public async Task Leased_bytes_survive_the_wait_for_a_connection()
    {
        using var server = ListenAt();
        using var source = ListenAt();
        var (_, _, feeder) = await StartConnectedAsync(source, To(AddressOf(source)));
        Handler.ExpectMsg<ConnectionProtocol.Connected>(Limit);
        var lookup = new TaskCompletionSource<IReadOnlyList<SockAddr>>();
        var connector = Start(To(new ScriptedResolver(_ => lookup.Task)) with { QueueBytes = 1000 });
        await SendAsync(feeder, "lent bytes");
        connector.Tell(Handler.ExpectMsg<Received>(Limit).ToSend(), TestActor);
        await DescribeAsyncOf(connector);
        // Overwrites the memory of the lease if it was released.
        await SendAsync(feeder, "other data");
        Handler.ExpectMsg<Received>(Limit).Release();

        lookup.SetResult([AddressOf(server)]);
        using var peer = await AcceptAsync(server);
        await SendAsync(feeder, "more");
        Handler.FishForMessage<Received>(_ => true, Limit);
        connector.Tell(new Send("!"), TestActor);

        Assert.Equal("lent bytes!", await ReadTextAsync(peer, 11));
        feeder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    public async Task Every_Send_has_one_outcome_and_order_is_kept_over_connections_that_break(long queueBytes)
    {
        const int sends = 20_000;
        using var server = ListenAt();
        var reading = ReadAllAsync(server, breaks: 10);
        var connector = Start(To(AddressOf(server)) with { Reconnect = Soon, QueueBytes = queueBytes });
        var sender = CreateTestProbe("sender");
        for (var i = 0; i < sends; i++)
        {
            connector.Tell(new Send(BitConverter.GetBytes(i), i), sender.Ref);
            if (i % 500 == 0)
            {
                // Lets the connections open and close meanwhile.
                await DescribeAsyncOf(connector);
                await Task.Yield();
            }
        }

        var outcomes = sender.ReceiveN(sends, Limit).Select(message => message switch
        {
            ConnectionProtocol.Sent sent => (int)sent.Token,
            ConnectionProtocol.SendFailed failed => (int)failed.Token!,
            _ => throw new InvalidOperationException($"{message}"),
        }).ToList();
        Assert.Equal(Enumerable.Range(0, sends), outcomes.Order());
        connector.Tell(ConnectorProtocol.Close.Instance, TestActor);
        FishForMessage<ConnectorProtocol.Closed>(_ => true, Limit);
        FishForMessage<Terminated>(_ => true, Limit);
        sender.ExpectNoMsg(TimeSpan.Zero);
        server.Dispose();
        foreach (var stream in await reading.WaitAsync(Limit))
        {
            Assert.Equal(stream.Order(), stream);
            Assert.Equal(stream.Distinct(), stream);
        }
    }

    [Fact]
    public void Hundred_connects_of_every_kind_leave_no_descriptor_open() => ChildProcess.Run(ConnectOften);

    private static void ConnectOften() => ConnectOftenAsync().GetAwaiter().GetResult();

    private static async Task ConnectOftenAsync()
    {
        using var system = ActorSystem.Create("often", ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig("actortcp.loops = 2\nakka.loglevel = ERROR\nakka.stdout-loglevel = OFF"),
            ScriptedResolver.Setup()));
        using var server = ListenAt();
        using var full = new FullBacklog();
        var before = 0;
        for (var i = 0; i < 110; i++)
        {
            if (i == 10)
            {
                before = OpenDescriptors.Count();
            }

            var events = Channel.CreateUnbounded<object>();
            var owner = system.ActorOf(Props.Create(() => new Outlet(events.Writer)));
            var connect = (i % 5) switch
            {
                0 => new ConnectorProtocol.Connect(Refusing, Props.Create<EchoHandler>()),
                1 => new ConnectorProtocol.Connect(full.Address, Props.Create<EchoHandler>()) { Timeout = TimeSpan.FromMilliseconds(10) },
                2 => Resolved(full.Address, AddressOf(server)),
                3 => Resolved(Refusing, full.Address, AddressOf(server)),
                _ => new ConnectorProtocol.Connect(AddressOf(server), Props.Create<EchoHandler>()),
            };
            system.ActorTcp().Manager.Tell(connect, owner);
            Assert.IsType<ConnectorProtocol.Started>(await events.Reader.ReadAsync(LimitToken()));
            var message = await events.Reader.ReadAsync(LimitToken());
            if (message is ConnectorProtocol.Connected connected)
            {
                using var peer = await AcceptAsync(server);
                connected.Connector.Tell(i % 2 == 0 ? ConnectorProtocol.Close.Instance : ConnectorProtocol.Abort.Instance);
                Assert.IsType<ConnectorProtocol.Disconnected>(await events.Reader.ReadAsync(LimitToken()));
                Assert.IsType<ConnectorProtocol.Closed>(await events.Reader.ReadAsync(LimitToken()));
            }
            else
            {
                Assert.IsType<ConnectorProtocol.ConnectFailed>(message);
            }
        }

        await Eventually.HoldsAsync(() => OpenDescriptors.Count() <= before, () => $"{before} descriptors before, {OpenDescriptors.Count()} after");
        await system.Terminate();

        static ConnectorProtocol.Connect Resolved(params SockAddr[] addresses) =>
            new(new ScriptedResolver(addresses).Host, 9, Props.Create<EchoHandler>()) { AttemptDelay = TimeSpan.FromMilliseconds(10) };
    }

    /// <summary>The numbers that arrived on each connection. Each connection but the last is cut off after a few bytes.</summary>
    private static async Task<List<List<int>>> ReadAllAsync(Socket server, int breaks)
    {
        var streams = new List<List<int>>();
        try
        {
            while (true)
            {
                using var peer = await server.AcceptAsync();
                var bytes = new List<byte>();
                var buffer = new byte[4000];
                while (await peer.ReceiveAsync(buffer) is var count and > 0)
                {
                    bytes.AddRange(buffer.AsSpan(0, count));
                    if (streams.Count < breaks && bytes.Count > 100)
                    {
                        Reset(peer);
                        break;
                    }
                }

                var whole = bytes.ToArray();
                streams.Add([.. Enumerable.Range(0, whole.Length / 4).Select(i => BitConverter.ToInt32(whole, 4 * i))]);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            return streams;
        }
    }

    private sealed class Outlet : ReceiveActor
    {
        public Outlet(ChannelWriter<object> writer) => ReceiveAny(message => writer.TryWrite(message));
    }

    private sealed class Greeter : TcpHandler
    {
        protected override void OnConnected(ConnectionProtocol.Connected connected) => Send("hello");
    }
}
