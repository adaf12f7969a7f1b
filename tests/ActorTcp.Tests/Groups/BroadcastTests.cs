namespace ActorTcp.Tests.Groups;

/// <summary>Broadcasts to connections: they send at once, and share the encoded frame.</summary>
public sealed class BroadcastTests(ITestOutputHelper output) : ConnectionTestKit(output, loops: 2, stillClock: false)
{
    private const int Clients = 10;

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, Clients)]
    public async Task Frame_of_a_broadcast_is_encoded_once_if_the_encoder_is_stateless(bool isStateless, int expected)
    {
        var framing = new CountingFraming(isStateless);
        var clients = await JoinAsync(framing);

        Sys.Groups().Send("room", new Send("hello"));

        foreach (var client in clients)
        {
            Assert.Equal("hello\n", await ReadTextAsync(client, 6));
        }

        Assert.Equal(expected, framing.Encoded);
    }

    [Fact]
    public async Task Several_buffers_and_large_payloads_are_one_frame_for_all()
    {
        var framing = new CountingFraming();
        var clients = await JoinAsync(framing);
        var half = Enumerable.Repeat((byte)'x', 50_000).ToArray();

        Sys.Groups().Send("room", new Send([half, half]));
        Sys.Groups().Send("room", new Send("end"));

        foreach (var client in clients)
        {
            var bytes = await ReadAsync(client, 100_005);
            Assert.Equal(100_000, bytes.AsSpan().IndexOf((byte)'\n'));
            Assert.Equal("end\n", Encoding.UTF8.GetString(bytes.AsSpan(100_001)));
        }

        Assert.Equal(2, framing.Encoded);
    }

    [Fact]
    public async Task Payload_that_the_framing_refuses_is_counted_for_each_member()
    {
        using var readings = new Readings(Sys.ActorTcp().Meters);
        var clients = await JoinAsync(new LineFraming(10));

        Sys.Groups().Send("room", new Send("longer than ten bytes"));
        Sys.Groups().Send("room", new Send("short"));

        await UntilAsync(() => readings.Read("actortcp.groups.undeliverable") == Clients);
        foreach (var client in clients)
        {
            Assert.Equal("short\n", await ReadTextAsync(client, 6));
        }
    }

    [Fact]
    public async Task Member_that_does_not_read_has_no_effect_on_the_others()
    {
        using var readings = new Readings(Sys.ActorTcp().Meters);
        var clients = await JoinAsync(framing: null);
        var bytes = new byte[100_000];
        var reading = clients.Skip(1).Select(client => ReadAsync(client, 200 * bytes.Length)).ToList();

        for (var i = 0; i < 200; i++)
        {
            // The next one is sent when the readers can have it, so that only the limits of the first client are exceeded.
            Sys.Groups().Send("room", new Send(bytes));
            await UntilAsync(async () => (await DescriptionsAsync()).Skip(1).All(described => described.BytesQueued < 200_000));
        }

        await Task.WhenAll(reading).WaitAsync(Limit);
        await UntilAsync(() => readings.Read("actortcp.groups.undeliverable") > 0);
        Assert.Equal(Clients, await Sys.Groups().CountAsync("room", LimitToken()));
    }

    [Fact]
    public async Task Connection_that_closes_leaves_its_group()
    {
        var clients = await JoinAsync(framing: null);

        clients[0].Dispose();

        await UntilAsync(async () => await Sys.Groups().CountAsync("room") == Clients - 1);
    }

    private readonly ConcurrentQueue<IActorRef> _connections = [];

    /// <summary>Connects clients whose connections join the room.</summary>
    private async Task<List<Socket>> JoinAsync(IFraming? framing)
    {
        var options = new HandlerOptions { Framing = framing };
        var bind = new ListenerProtocol.Bind(AnyPort, Props.Create(() => new JoiningHandler(_connections))) { HandlerOptions = options };
        var server = (await Sys.ActorTcp().BindAsync(bind, LimitToken())).LocalAddress.ToIPEndPoint();
        var clients = new List<Socket>();
        for (var i = 1; i <= Clients; i++)
        {
            clients.Add(await EchoClient.ConnectAsync(server, LimitToken(), receiveBuffer: i == 1 ? 4096 : null));
            await UntilAsync(() => _connections.Count == i);
        }

        return clients;
    }

    private Task<ConnectionDescription[]> DescriptionsAsync() => Task.WhenAll(_connections.Select(DescribeAsync));

    private sealed class JoiningHandler(ConcurrentQueue<IActorRef> connections) : TcpHandler
    {
        protected override void OnConnected(ConnectionProtocol.Connected connected)
        {
            Context.System.Groups().Join("room", Connection);
            connections.Enqueue(Connection);
        }

        protected override void OnReceived(Received received)
        {
        }
    }
}
