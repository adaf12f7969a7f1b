namespace ActorTcp.Tests.Listeners;

/// <summary>PROXY headers on Unix sockets, whose peers are always trusted.</summary>
public sealed class ProxyUnixTests(ITestOutputHelper output) : ConnectionTestKit(output, stillClock: false)
{
    private const string Header = "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n";

    private readonly UnixSockets _sockets = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Handler_on_a_Unix_socket_receives_the_client_address_of_the_header(bool isAbstract)
    {
        var path = isAbstract ? UnixSockets.AbstractName() : _sockets.Path;
        Listen(new ListenerProtocol.Bind(SockAddr.Unix(path)));
        using var client = await UnixSockets.ConnectAsync(path, LimitToken());
        await SendAsync(client, $"{Header}first");

        var accepted = ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit);
        accepted.Connection.Tell(new ConnectionProtocol.Register(TestActor), TestActor);

        var connected = ExpectMsg<ConnectionProtocol.Connected>(Limit);
        Assert.Equal((SockAddr.Parse("192.0.2.1:56324"), SockAddr.Parse("unix:"), SockAddr.Unix(path)), (connected.RemoteAddress, connected.ProxyAddress, connected.LocalAddress));
        Assert.Equal(Environment.ProcessId, connected.PeerCredentials!.ProcessId);
        Assert.Equal("first", Encoding.UTF8.GetString(ReceiveBytes(5)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Connector_sends_a_header_with_Unix_addresses(int version)
    {
        Listen(new ListenerProtocol.Bind(SockAddr.Unix(_sockets.Path)));
        var header = new ProxyHeader { Version = version, Source = SockAddr.Unix("/run/client"), Destination = SockAddr.Unix("@server") };
        var handler = CreateTestProbe();

        await Sys.ActorTcp().ConnectAsync(new ConnectorProtocol.Connect(SockAddr.Unix(_sockets.Path)) { HandlerActor = handler.Ref, ProxyHeader = header }, LimitToken());

        var accepted = ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit);
        Assert.Equal(version == 1 ? SockAddr.Parse("unix:") : header.Source, accepted.RemoteAddress);
    }

    [Fact]
    public async Task TLS_begins_after_the_header_on_a_Unix_socket()
    {
        Listen(new ListenerProtocol.Bind(SockAddr.Unix(_sockets.Path), Props.Create<EchoHandler>()) { Tls = TlsOptions.Server(Certificates.For("localhost")) });
        var client = await UnixSockets.ConnectAsync(_sockets.Path, LimitToken());
        await SendAsync(client, Header);

        await using var stream = await TlsClient.SecureAsync(client, new());
        await stream.WriteAsync("over all three"u8.ToArray(), LimitToken());
        var echo = new byte[14];
        await stream.ReadExactlyAsync(echo, LimitToken());

        Assert.Equal("over all three", Encoding.UTF8.GetString(echo));
    }

    [Fact]
    public async Task Missing_header_on_a_Unix_socket_ends_the_connection_with_ProxyFailed()
    {
        var closed = CreateTestProbe();
        Sys.EventStream.Subscribe(closed.Ref, typeof(ListenerProtocol.ConnectionClosed));
        Listen(new ListenerProtocol.Bind(SockAddr.Unix(_sockets.Path)));
        using var client = await UnixSockets.ConnectAsync(_sockets.Path, LimitToken());

        await SendAsync(client, "GET / HTTP/1.1\r\n");

        Assert.Equal(CloseReason.ProxyFailed, closed.ExpectMsg<ListenerProtocol.ConnectionClosed>(Limit).Closed.Reason);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _sockets.Dispose();
    }

    private void Listen(ListenerProtocol.Bind bind)
    {
        Sys.ActorTcp().Manager.Tell(bind with { ProxyProtocol = new ProxyProtocolOptions { Mode = ProxyProtocolMode.Required } }, TestActor);
        ExpectMsg<ListenerProtocol.Bound>(Limit);
    }
}
