using System.Net.Security;

namespace ActorTcp.Tests.Transport.Tls;

/// <summary>TLS with another implementation: listeners with <c>openssl s_client</c>, connectors with <c>openssl s_server</c>.</summary>
public sealed class OpenSslTests(ITestOutputHelper output) : ConnectionTestKit(output, stillClock: false)
{
    private static readonly string[] Names = ["a.test", "b.test", "c.test"];
    private readonly TlsTestFiles _files = new("localhost");

    [Theory]
    [InlineData("-tls1_2", "TLSv1.2")]
    [InlineData("-tls1_3", "TLSv1.3")]
    public async Task Client_verifies_the_server_and_its_bytes_return(string version, string name)
    {
        using var client = Client(Listen(Server()), version, "-verify_return_error");

        await client.FindAsync($"Protocol *: {name}|New, {name}");
        await client.WriteAsync("hello from openssl\n");

        await client.FindAsync("hello from openssl\n");
        Assert.Contains("Verification: OK", client.Text);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Session_is_resumed(string version)
    {
        var address = Listen(Server());
        var session = Path.Combine(Path.GetDirectoryName(_files.Certificate)!, $"session{version}");
        using (var first = Client(address, version, "-sess_out", session))
        {
            await first.WriteAsync("first\n");
            await first.FindAsync("first\n");
            await UntilAsync(() => File.Exists(session));
        }

        using var second = Client(address, version, "-sess_in", session);
        await second.FindAsync("Reused, TLS");
        await second.WriteAsync("second\n");
        await second.FindAsync("second\n");
    }

    [Theory]
    [InlineData("K")]
    [InlineData("k")]
    public async Task Bytes_return_after_the_client_has_updated_its_key(string command)
    {
        using var client = Client(Listen(Server()), "-tls1_3");
        await client.WriteAsync("before\n");
        await client.FindAsync("before\n");

        await client.WriteAsync($"{command}\n");
        await client.FindAsync("KEYUPDATE");
        await client.WriteAsync("after\n");

        await client.FindAsync("after\n");
    }

    [Fact]
    public async Task Key_updates_without_data_end_the_connection_at_64_KiB()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(ListenerProtocol.ConnectionClosed));
        using var client = Client(Listen(Server()), "-tls1_3");
        await client.WriteAsync("x\n");
        await client.FindAsync("x\n");

        var closed = Task.Run(() => FishForMessage<ListenerProtocol.ConnectionClosed>(_ => true, Limit));
        // Each one is a record of 27 bytes. The client reads one command at a time, so each must have been carried out before the next.
        for (var sent = 1; sent <= 5000 && !closed.IsCompleted; sent++)
        {
            var expected = sent * "KEYUPDATE".Length;
            if (!await client.TryWriteAsync("k\n"))
            {
                break;
            }

            var done = client.UntilAsync(text => text.Length - text.Replace("KEYUPDATE", "").Length >= expected, "KEYUPDATE");
            await Task.WhenAny(done, closed);
        }

        var reason = (await closed).Closed;
        Assert.Equal(CloseReason.TlsFailed, reason.Reason);
        Assert.Contains("65536", reason.Text);
    }

    [Fact]
    public async Task Certificate_is_chosen_by_the_name_of_the_client()
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateSelectionCallback = static (_, name) => Certificates.For(name is { Length: > 0 } ? name : "a.test"),
        };
        var address = Listen(TlsOptions.Server(options));
        foreach (var name in Names)
        {
            using var client = new OpenSsl("s_client", "-connect", $"{address}", "-servername", name, "-CAfile", _files.Authority);
            await client.FindAsync($"subject=CN ?= ?{name}");
        }
    }

    [Theory]
    [InlineData("line/1,other", "ALPN protocol: line/1")]
    [InlineData("other", "no application protocol|alert")]
    public async Task Application_protocol_is_agreed_on_or_the_handshake_fails(string offered, string found)
    {
        var options = new SslServerAuthenticationOptions { ServerCertificate = Certificates.For("localhost"), ApplicationProtocols = [new SslApplicationProtocol("line/1")] };
        using var client = Client(Listen(TlsOptions.Server(options)), "-alpn", offered);

        await client.FindAsync(found);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_certificate_is_demanded(bool hasOne)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificate = Certificates.For("localhost"),
            ClientCertificateRequired = true,
            CertificateChainPolicy = Certificates.TrustAuthority(),
        };
        Sys.EventStream.Subscribe(TestActor, typeof(ListenerProtocol.ConnectionClosed));
        string[] own = hasOne ? ["-cert", _files.Certificate, "-key", _files.Key] : [];
        using var client = Client(Listen(TlsOptions.Server(options)), own);
        if (hasOne)
        {
            await client.WriteAsync("hello\n");
            await client.FindAsync("hello\n");
        }
        else
        {
            Assert.Equal(CloseReason.TlsFailed, FishForMessage<ListenerProtocol.ConnectionClosed>(_ => true, Limit).Closed.Reason);
        }
    }

    [Fact]
    public async Task Close_of_the_server_reaches_the_client_as_close_notify()
    {
        var address = Listen(Server(), Props.Create<OneLine>());
        using var client = Client(address);

        await client.WriteAsync("end\n");

        await client.FindAsync("closed");
        Assert.Equal(0, await client.ExitAsync());
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Connector_speaks_with_s_server(string version)
    {
        using var server = new OpenSsl("s_server", "-accept", "127.0.0.1:0", "-cert", _files.Certificate, "-key", _files.Key, version, "-rev");
        var port = int.Parse((await server.FindAsync(@"ACCEPT .*:(\d+)")).Groups[1].Value, CultureInfo.InvariantCulture);
        var options = TlsOptions.Client(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = Certificates.TrustAuthority() });
        Sys.ActorTcp().Manager.Tell(
            new ConnectorProtocol.Connect("127.0.0.1", port) { Tls = options, NotifyStarted = false, HandlerActor = TestActor },
            TestActor);
        var connection = FishForMessage<ConnectionProtocol.Connected>(_ => true, Limit).Connection;

        connection.Tell(new Send("abc\n"), TestActor);

        Assert.Equal("cba\n", Encoding.UTF8.GetString(FishForMessage<Received>(_ => true, Limit).Span));
        connection.Tell(ConnectionProtocol.Close.Instance, TestActor);
        await server.FindAsync("CONNECTION CLOSED");
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _files.Dispose();
    }

    private static TlsOptions Server() => TlsOptions.Server(Certificates.For("localhost"));

    private IPEndPoint Listen(TlsOptions options, Props? handler = null)
    {
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort, handler ?? Props.Create<EchoHandler>()) { Tls = options }, TestActor);
        return FishForMessage<ListenerProtocol.Bound>(_ => true, Limit).LocalAddress.ToIPEndPoint();
    }

    private OpenSsl Client(IPEndPoint address, params string[] more) =>
        new(["s_client", "-connect", $"{address}", "-servername", "localhost", "-CAfile", _files.Authority, .. more]);

    private sealed class OneLine : TcpHandler
    {
        protected override void OnReceived(Received received) => Close();
    }
}
