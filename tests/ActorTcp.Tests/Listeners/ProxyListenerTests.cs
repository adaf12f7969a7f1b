namespace ActorTcp.Tests.Listeners;

/// <summary>Listeners that receive PROXY headers, and connectors that send them.</summary>
public sealed class ProxyListenerTests(ITestOutputHelper output) : ConnectionTestKit(output, stillClock: false)
{
    private const string Header = "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n";

    private static readonly ProxyProtocolOptions Trusting = new()
    {
        Mode = ProxyProtocolMode.Required,
        TrustedNetworks = NetworkList.Parse("127.0.0.0/8"),
    };

    private static readonly ProxyProtocolOptions Optional = Trusting with { Mode = ProxyProtocolMode.Optional };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Handler_receives_the_client_address_and_then_the_bytes_after_the_header(bool bytewise)
    {
        var client = await ConnectAsync(Bind(Trusting));
        var bytes = Encoding.ASCII.GetBytes($"{Header}first bytes");
        foreach (var part in bytewise ? bytes.Chunk(1) : [bytes])
        {
            await client.SendAsync(part);
        }

        var accepted = ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit);
        Assert.Equal(SockAddr.Parse("192.0.2.1:56324"), accepted.RemoteAddress);
        var connected = Register(accepted.Connection);
        Assert.Equal(SockAddr.Parse("192.0.2.1:56324"), connected.RemoteAddress);
        Assert.Equal((SockAddr)(IPEndPoint)client.LocalEndPoint!, connected.ProxyAddress);
        Assert.Equal(SockAddr.Parse("198.51.100.2:443"), connected.ProxyHeader!.Destination);
        Assert.Equal("first bytes", Encoding.UTF8.GetString(ReceiveBytes(11)));
        var description = await DescribeAsync(accepted.Connection);
        Assert.Equal((connected.RemoteAddress, connected.ProxyAddress, connected.ProxyHeader), (description.RemoteAddress, description.ProxyAddress, description.ProxyHeader));
        accepted.Connection.Tell(new Send("answer"), TestActor);
        Assert.Equal("answer", await ReadTextAsync(client, 6));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TLS_begins_after_the_header(bool choosesLate)
    {
        var certificate = new System.Net.Security.SslServerAuthenticationOptions { ServerCertificate = Certificates.For("localhost") };
        var tls = choosesLate ? TlsOptions.Server((_, _) => ValueTask.FromResult(certificate)) : TlsOptions.Server(certificate);
        var client = await ConnectAsync(Bind(Trusting) with { Handler = Props.Create<EchoHandler>(), Tls = tls });
        await SendAsync(client, Header);

        await using var stream = await TlsClient.SecureAsync(client, new());
        await stream.WriteAsync("over both"u8.ToArray(), LimitToken());
        var echo = new byte[9];
        await stream.ReadExactlyAsync(echo, LimitToken());

        Assert.Equal("over both", Encoding.UTF8.GetString(echo));
    }

    [Fact]
    public async Task Large_stream_after_a_header_is_echoed_unchanged()
    {
        var client = await ConnectAsync(Bind(Trusting) with { Handler = Props.Create<EchoHandler>() });
        await SendAsync(client, Header);

        await EchoClient.EchoAsync(client, 3_000_000, 1, 100_000, LimitToken());
    }

    [Fact]
    public async Task End_of_stream_directly_after_the_bytes_of_the_header_is_received_after_them()
    {
        var client = await ConnectAsync(Bind(Trusting));
        await SendAsync(client, $"{Header}last");
        client.Shutdown(SocketShutdown.Send);

        Register(ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit).Connection);

        Assert.Equal("last", Encoding.UTF8.GetString(ReceiveBytes(4)));
        ExpectMsg<ConnectionProtocol.PeerEof>(Limit);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n", "no PROXY header")]
    [InlineData("PROXY TCP4 x\r\n", "an invalid PROXY header")]
    public async Task Missing_or_invalid_header_ends_the_connection_with_ProxyFailed(string text, string why)
    {
        var closed = CreateTestProbe();
        Sys.EventStream.Subscribe(closed.Ref, typeof(ListenerProtocol.ConnectionClosed));
        var client = await ConnectAsync(Bind(Trusting));

        await SendAsync(client, text);

        var end = closed.ExpectMsg<ListenerProtocol.ConnectionClosed>(Limit).Closed;
        Assert.Equal(CloseReason.ProxyFailed, end.Reason);
        Assert.Contains(why, end.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silent_proxy_is_closed_with_HandshakeTimeout()
    {
        var closed = CreateTestProbe();
        Sys.EventStream.Subscribe(closed.Ref, typeof(ListenerProtocol.ConnectionClosed));
        var client = await ConnectAsync(Bind(Trusting with { HeaderTimeout = TimeSpan.FromMilliseconds(50) }));

        await SendAsync(client, "PROXY TCP4 ");

        Assert.Equal(CloseReason.HandshakeTimeout, closed.ExpectMsg<ListenerProtocol.ConnectionClosed>(Limit).Closed.Reason);
    }

    [Fact]
    public async Task Peer_outside_the_trusted_networks_is_closed_if_a_header_is_required()
    {
        var closed = CreateTestProbe();
        Sys.EventStream.Subscribe(closed.Ref, typeof(ListenerProtocol.ConnectionClosed));

        // The server may reset the connection before the client's connect has returned.
        _ = await Record.ExceptionAsync(() => ConnectAsync(Bind(Trusting with { TrustedNetworks = NetworkList.Parse("10.0.0.0/8") })));

        var end = closed.ExpectMsg<ListenerProtocol.ConnectionClosed>(Limit).Closed;

        Assert.Equal(CloseReason.ProxyFailed, end.Reason);
        Assert.Contains("trusted networks", end.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Header_of_a_peer_that_is_not_trusted_is_data_if_it_is_optional()
    {
        var client = await ConnectAsync(Bind(Optional with { TrustedNetworks = [] }));
        await SendAsync(client, Header);

        var connected = Register(ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit).Connection);

        Assert.Equal((SockAddr)(IPEndPoint)client.LocalEndPoint!, connected.RemoteAddress);
        Assert.Null(connected.ProxyHeader);
        Assert.Equal(Header, Encoding.ASCII.GetString(ReceiveBytes(Header.Length)));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("PRO")]
    [InlineData("")]
    public async Task Optional_header_may_be_missing(string text)
    {
        var client = await ConnectAsync(Bind(Optional with { HeaderTimeout = TimeSpan.FromMilliseconds(100) }));
        await SendAsync(client, text);

        var connected = Register(ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit).Connection);

        Assert.Equal(((SockAddr)(IPEndPoint)client.LocalEndPoint!, (SockAddr?)null), (connected.RemoteAddress, connected.ProxyAddress));
        await SendAsync(client, "more");
        Assert.Equal($"{text}more", Encoding.ASCII.GetString(ReceiveBytes(text.Length + 4)));
    }

    [Fact]
    public async Task Client_that_ends_its_stream_before_a_header_ends_an_optional_connection_as_usual()
    {
        var client = await ConnectAsync(Bind(Optional));
        await SendAsync(client, "PRO");
        client.Shutdown(SocketShutdown.Send);

        Register(ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit).Connection);

        Assert.Equal("PRO", Encoding.ASCII.GetString(ReceiveBytes(3)));
        ExpectMsg<ConnectionProtocol.PeerEof>(Limit);
    }

    [Fact]
    public async Task Detach_before_the_first_read_keeps_the_bytes_after_the_header()
    {
        var client = await ConnectAsync(Bind(Trusting));
        await SendAsync(client, $"{Header}kept");
        var connection = ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit).Connection;
        connection.Tell(ConnectionProtocol.SuspendReading.Instance, TestActor);
        connection.Tell(new ConnectionProtocol.Register(TestActor, new HandlerOptions { Pull = true }), TestActor);
        ExpectMsg<ConnectionProtocol.Connected>(Limit);

        connection.Tell(new ConnectionProtocol.Detach(TestActor), TestActor);

        var detached = ExpectMsg<ConnectionProtocol.Detached>(Limit);
        Assert.Equal("kept", Encoding.UTF8.GetString(detached.Unread.Span));
        detached.Socket.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Connector_sends_the_header_first_and_the_listener_receives_it(int version)
    {
        Sys.ActorTcp().Manager.Tell(Bind(Trusting), TestActor);
        var bound = ExpectMsg<ListenerProtocol.Bound>(Limit);
        var header = new ProxyHeader { Version = version, Source = SockAddr.Parse("[2001:db8::7]:1234"), Destination = SockAddr.Parse("[2001:db8::1]:443") };
        var handler = CreateTestProbe();

        var connected = await Sys.ActorTcp().ConnectAsync(new ConnectorProtocol.Connect(bound.LocalAddress) { HandlerActor = handler.Ref, ProxyHeader = header }, LimitToken());
        connected.Connector.Tell(new Send("hello", "token"), handler.Ref);

        var registered = Register(ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit).Connection);
        Assert.Equal((header, header.Source), (registered.ProxyHeader, registered.RemoteAddress));
        Assert.Equal("hello", Encoding.UTF8.GetString(ReceiveBytes(5)));
        Assert.Equal("token", handler.FishForMessage<ConnectionProtocol.Sent>(_ => true, Limit).Token);
        var description = await DescribeAsync(connected.Connection);
        Assert.Equal((5, 0), (description.BytesOut, description.BytesQueued));
    }

    [Fact]
    public void Connect_with_half_a_header_fails_with_EINVAL()
    {
        var connect = new ConnectorProtocol.Connect(AnyPort with { Port = 1 }) { HandlerActor = TestActor, ProxyHeader = new ProxyHeader { Source = AnyPort }, NotifyStarted = false };
        Sys.ActorTcp().Manager.Tell(connect, TestActor);

        Assert.Equal(Errno.EINVAL, ExpectMsg<ConnectorProtocol.ConnectFailed>(Limit).Errno);
    }

    [Fact]
    public void Settings_are_read_from_HOCON()
    {
        var config = Akka.Configuration.ConfigurationFactory.ParseString(
            "actortcp.listener.proxy-protocol { mode = required, trusted-networks = \"10.0.0.0/8, ::1/128\", header-timeout = 2s }");

        var options = ActorTcpSettings.Read(config).Listener.ProxyProtocol;

        Assert.Equal((ProxyProtocolMode.Required, TimeSpan.FromSeconds(2)), (options.Mode, options.HeaderTimeout));
        Assert.Equal(NetworkList.Parse("10.0.0.0/8, ::1"), options.TrustedNetworks);
        var wrong = Akka.Configuration.ConfigurationFactory.ParseString("actortcp.listener.proxy-protocol.trusted-networks = \"10.0.0.0/33\"");
        Assert.Contains("trusted-networks", Assert.Throws<Akka.Configuration.ConfigurationException>(() => ActorTcpSettings.Read(wrong)).Message, StringComparison.Ordinal);
    }

    private static ListenerProtocol.Bind Bind(ProxyProtocolOptions options) => new(AnyPort) { ProxyProtocol = options };

    private ConnectionProtocol.Connected Register(IActorRef connection)
    {
        connection.Tell(new ConnectionProtocol.Register(TestActor, new HandlerOptions { KeepOpenOnPeerEof = true }), TestActor);
        return ExpectMsg<ConnectionProtocol.Connected>(Limit);
    }
}
