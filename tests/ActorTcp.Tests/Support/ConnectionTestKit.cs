namespace ActorTcp.Tests.Support;

/// <summary>Tests of one connection on a real socket. The test is its client and, if it registers the connection itself, also its handler.</summary>
public abstract class ConnectionTestKit(ITestOutputHelper output, string config = "", int loops = 2, bool stillClock = true)
    : TcpTestKit(output, config, loops, stillClock)
{
    private const int ReceiveBuffer = 128 * 1024;

    /// <summary>Keeps the sockets until the end. Otherwise a socket that only a local variable references may be collected, and closed, too early.</summary>
    private readonly ConcurrentBag<Socket> _clients = [];

    private readonly ConcurrentBag<TlsRelay> _relays = [];

    /// <summary>Whether each client speaks TLS with the server, through a relay.</summary>
    private protected virtual bool OverTls => false;

    private static TlsOptions ServerTls { get; } = TlsOptions.Server(Certificates.For("localhost"));

    /// <summary>The address of the socket at the other end of a client's connection with the server: the relay's, over TLS.</summary>
    private protected EndPoint PeerEndPoint(Socket client) => _relays.FirstOrDefault(relay => relay.Client == client)?.ServerSide ?? client.LocalEndPoint!;

    private protected static SockAddr AnyPort => Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0)!;

    private protected static async Task<string> ReadTextAsync(Socket socket, int length) =>
        Encoding.UTF8.GetString(await ReadAsync(socket, length));

    private protected static async Task<byte[]> ReadAsync(Socket socket, int length)
    {
        var bytes = new byte[length];
        for (var count = 0; count < length;)
        {
            var received = await socket.ReceiveAsync(bytes.AsMemory(count), LimitToken());
            Assert.True(received > 0, $"the stream ended {length - count} bytes early");
            count += received;
        }

        return bytes;
    }

    /// <summary>Reads all bytes until the server closes its side.</summary>
    private protected static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer, LimitToken()) is var count and > 0)
        {
            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }

    private protected static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, LimitToken())..];
        }
    }

    private protected static Task SendAsync(Socket socket, string text) => SendAsync(socket, Encoding.UTF8.GetBytes(text));

    private protected static byte[] Seeded(ulong seed, int length)
    {
        var bytes = new byte[length];
        new SeededStream(seed).Fill(bytes);
        return bytes;
    }

    /// <summary>Closes a socket with a reset.</summary>
    private protected static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    protected override void AfterAll()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        foreach (var relay in _relays)
        {
            relay.Dispose();
        }

        base.AfterAll();
    }

    /// <summary>Connects a client to a new listener. It is closed when the test ends.</summary>
    private protected async Task<Socket> ConnectAsync(ListenerProtocol.Bind bind)
    {
        Sys.ActorTcp().Manager.Tell(WithTls(bind), TestActor);
        var bound = FishForMessage<ListenerProtocol.Bound>(_ => true, Limit);
        return await OverTlsOrNotAsync(await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken(), ReceiveBuffer));
    }

    /// <summary>The listener speaks TLS if its clients do.</summary>
    private protected ListenerProtocol.Bind WithTls(ListenerProtocol.Bind bind) => OverTls ? bind with { Tls = ServerTls } : bind;

    /// <summary>Returns the client's socket of a connection with a listener: the relay's, over TLS. It is closed when the test ends.</summary>
    private protected async Task<Socket> OverTlsOrNotAsync(Socket client)
    {
        _clients.Add(client);
        if (!OverTls)
        {
            return client;
        }

        var relay = await TlsRelay.SecureAsync(client, ReceiveBuffer, LimitToken());
        _relays.Add(relay);
        return relay.Client;
    }

    private protected async Task<(Socket Client, IActorRef Connection)> AcceptAsync()
    {
        var client = await ConnectAsync(new ListenerProtocol.Bind(AnyPort));
        return (client, ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit).Connection);
    }

    private protected async Task<(Socket Client, IActorRef Connection)> RegisteredAsync(bool keepOpen = false, bool pull = false)
    {
        var (client, connection) = await AcceptAsync();
        connection.Tell(new ConnectionProtocol.Register(TestActor, new HandlerOptions { KeepOpenOnPeerEof = keepOpen, Pull = pull }), TestActor);
        ExpectMsg<ConnectionProtocol.Connected>(Limit);
        return (client, connection);
    }

    /// <summary>Returns the description after the connection has processed all earlier messages.</summary>
    private protected static async Task<ConnectionDescription> DescribeAsync(IActorRef connection) =>
        await connection.Ask<ConnectionDescription>(ConnectionProtocol.Describe.Instance, Limit);

    private protected async Task AwaitAsync(IActorRef connection, Predicate<ConnectionDescription> condition) =>
        await UntilAsync(async () => condition(await DescribeAsync(connection)));

    internal static object ResultOf(SocketReading reading) => reading.Value switch
    {
        SocketValue.State => reading.State,
        SocketValue.Error => reading.Error,
        SocketValue.SockName or SocketValue.PeerName => reading.Address,
        _ => reading.Bytes,
    };

    private protected static async Task<ConnectionPhase> PhaseAsync(IActorRef connection) => (await DescribeAsync(connection)).Phase;

    /// <summary>Receives the messages of the test up to Closed, which is the last one.</summary>
    private protected List<object> ReceiveToClosed()
    {
        var messages = new List<object>();
        while (messages.LastOrDefault() is not ConnectionProtocol.Closed)
        {
            messages.Add(ReceiveOne(Limit) ?? throw new TimeoutException($"no Closed after {string.Join(", ", messages)}"));
        }

        return messages;
    }

    /// <summary>Returns the bytes of Received messages until there are this many.</summary>
    private protected byte[] ReceiveBytes(int length)
    {
        var bytes = new MemoryStream();
        while (bytes.Length < length)
        {
            var received = ExpectMsg<Received>(Limit);
            Assert.Equal(bytes.Length, received.Offset);
            bytes.Write(received.Span);
            received.Release();
        }

        return bytes.ToArray();
    }
}
