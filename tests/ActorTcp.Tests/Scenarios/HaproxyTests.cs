namespace ActorTcp.Tests.Scenarios;

/// <summary>The PROXY protocol with HAProxy, in front of a listener, and as the server of a connector.</summary>
public sealed class HaproxyTests : ConnectionTestKit
{
    private const int Port = 8001;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("actortcp-");
    private readonly IPEndPoint _frontend = new(LoopbackAddress.Next(), Port);
    private Process? _haproxy;

    public HaproxyTests(ITestOutputHelper output)
        : base(output, stillClock: false)
    {
    }

    [Theory]
    [InlineData("send-proxy", 1)]
    [InlineData("send-proxy-v2", 2)]
    [InlineData("send-proxy-v2 proxy-v2-options crc32c,unique-id", 2)]
    public async Task HAProxy_in_front_tells_the_address_of_its_client(string option, int version)
    {
        Start(option, accept: "");
        using var client = await ConnectToFrontendAsync();
        await SendAsync(client, "by HAProxy");

        var connected = Register(ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit).Connection);

        Assert.Equal((SockAddr)(IPEndPoint)client.LocalEndPoint!, connected.RemoteAddress);
        Assert.Equal((version, (SockAddr)_frontend), (connected.ProxyHeader!.Version, connected.ProxyHeader.Destination));
        Assert.Equal(option.Contains("crc32c", StringComparison.Ordinal), connected.ProxyHeader.HasChecksum);
        Assert.Equal(option.Contains("unique-id", StringComparison.Ordinal) ? "id-7" : "", Encoding.ASCII.GetString(connected.ProxyHeader.UniqueId.Span));
        Assert.Equal("by HAProxy", Encoding.UTF8.GetString(ReceiveBytes(10)));
        connected.Connection.Tell(new Send("answer"), TestActor);
        Assert.Equal("answer", await ReadTextAsync(client, 6));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task HAProxy_accepts_the_header_of_a_connector_and_passes_it_on(int version)
    {
        Start("send-proxy-v2", accept: "accept-proxy");
        using (await ConnectToFrontendAsync())
        {
            // HAProxy listens now.
        }

        var header = new ProxyHeader { Version = version, Source = SockAddr.Parse("192.0.2.9:999"), Destination = SockAddr.Parse("198.51.100.2:443"), HasChecksum = version == 2 };
        var handler = CreateTestProbe();
        var connect = new ConnectorProtocol.Connect(_frontend) { HandlerActor = handler.Ref, ProxyHeader = header };
        var connected = await Sys.ActorTcp().ConnectAsync(connect, LimitToken());
        connected.Connector.Tell(new Send("passed on"), TestActor);

        var registered = Register(ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit).Connection);

        Assert.Equal((header.Source, header.Destination), (registered.RemoteAddress, registered.ProxyHeader!.Destination));
        Assert.Equal("passed on", Encoding.UTF8.GetString(ReceiveBytes(9)));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _haproxy?.Kill();
        _haproxy?.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>Starts HAProxy between the frontend and a new listener.</summary>
    private void Start(string option, string accept)
    {
        var trusting = new ProxyProtocolOptions { Mode = ProxyProtocolMode.Required, TrustedNetworks = NetworkList.Parse("127.0.0.0/8") };
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort) { ProxyProtocol = trusting }, TestActor);
        var server = ExpectMsg<ListenerProtocol.Bound>(Limit).LocalAddress;
        var config = Path.Combine(_directory.FullName, "haproxy.cfg");
        File.WriteAllText(config, $"""
            defaults
                mode tcp
                timeout connect 10s
                timeout client 60s
                timeout server 60s
            frontend in
                bind {_frontend} {accept}
                unique-id-format id-7
                default_backend out
            backend out
                server listener {server} {option}

            """);
        _haproxy = Process.Start(new ProcessStartInfo("haproxy", ["-db", "-q", "-f", config]));
    }

    private async Task<Socket> ConnectToFrontendAsync()
    {
        Socket? client = null;
        await UntilAsync(async () =>
        {
            try
            {
                client = await EchoClient.ConnectAsync(_frontend, LimitToken());
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
        return client!;
    }

    private ConnectionProtocol.Connected Register(IActorRef connection)
    {
        connection.Tell(new ConnectionProtocol.Register(TestActor), TestActor);
        return ExpectMsg<ConnectionProtocol.Connected>(Limit);
    }
}
