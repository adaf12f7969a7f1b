using System.Net.Security;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorTcp.Tests.Docs;

/// <summary>docs/tls.md shows this code.</summary>
public sealed class TlsPageTests(ITestOutputHelper output) : ConnectionTestKit(output)
{
    [Fact]
    public async Task Host_serves_TLS_from_files_and_reads_them_again_when_they_change()
    {
        using var files = new TlsTestFiles("localhost");
        var (certificate, key) = (files.Certificate, files.Key);
        var builder = Host.CreateApplicationBuilder();
        var services = builder.Services;
        services.AddAkka("lines", akka => akka.WithTcpServer<LineUpper>("lines", options => options.Listen("127.0.0.1", 0).UseTls(certificate, key)));
        using var host = builder.Build();
        await host.StartAsync(LimitToken());
        var address = host.Services.GetRequiredService<ActorSystem>().TcpServers()["lines"].LocalAddress.ToIPEndPoint();
        await using (var client = await TlsClient.ConnectAsync(address))
        {
            Assert.Equal(files.Thumbprint, client.RemoteCertificate!.GetCertHashString());
        }

        var old = await TlsClient.ConnectAsync(address);
        files.Renew("localhost");

        await UntilAsync(async () =>
        {
            await using var client = await TlsClient.ConnectAsync(address);
            return client.RemoteCertificate!.GetCertHashString() == files.Thumbprint;
        });
        await old.WriteAsync("still here"u8.ToArray(), LimitToken());
        var answer = new byte[10];
        await old.ReadExactlyAsync(answer, LimitToken());
        Assert.Equal("STILL HERE", Encoding.UTF8.GetString(answer));
        await old.DisposeAsync();
        await host.StopAsync(LimitToken());
    }

    [Fact]
    public async Task Certificate_of_a_client_names_it_to_the_handler()
    {
        var serverOptions = new SslServerAuthenticationOptions
        {
            ServerCertificate = Certificates.For("localhost"),
            ClientCertificateRequired = true,
            CertificateChainPolicy = Certificates.TrustAuthority(),
            ApplicationProtocols = [new SslApplicationProtocol("lines/1")],
        };
        var bind = new ListenerProtocol.Bind("127.0.0.1", 0, Props.Create<Greeter>())
        {
            Tls = TlsOptions.Server(serverOptions) with { HandshakeTimeout = TimeSpan.FromSeconds(5) },
        };

        await using var client = await TlsClient.ConnectAsync(
            await BoundAsync(bind),
            new() { ClientCertificates = [Certificates.For("anna")], ApplicationProtocols = [new SslApplicationProtocol("lines/1")] });
        var answer = new byte["Hello CN=anna\n".Length];
        await client.ReadExactlyAsync(answer, LimitToken());

        Assert.Equal("Hello CN=anna\n", Encoding.UTF8.GetString(answer));
    }

    [Fact]
    public async Task Client_of_a_page_verifies_the_server()
    {
        var clientOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Certificates.TrustAuthority() };
        var address = await BoundAsync(new ListenerProtocol.Bind("127.0.0.1", 0, Props.Create<LineUpper>()) { Tls = TlsOptions.Server(Certificates.For("localhost")) });
        var port = address.Port;
        Sys.ActorTcp().Manager.Tell(
            new ConnectorProtocol.Connect("localhost", port) { Tls = TlsOptions.Client(clientOptions), HandlerActor = TestActor },
            TestActor);

        Assert.NotNull(FishForMessage<ConnectionProtocol.Connected>(_ => true, Limit).Tls);
    }

    [Fact]
    public async Task Mail_like_handler_starts_TLS_on_request()
    {
        var address = await BoundAsync(new ListenerProtocol.Bind(
            AnyPort,
            Props.Create(() => new MailLike(TlsOptions.Server(Certificates.For("localhost")))),
            new HandlerOptions { Framing = new LineFraming(maxLength: 1000) }));
        var socket = await EchoClient.ConnectAsync(address, LimitToken());

        await SendAsync(socket, "STARTTLS\n");
        Assert.Equal("220 go ahead\n", await ReadTextAsync(socket, 13));
        await using var client = await TlsClient.SecureAsync(socket, new());
        await client.WriteAsync("hello\n"u8.ToArray(), LimitToken());
        var answer = new byte[21];
        await client.ReadExactlyAsync(answer, LimitToken());

        Assert.Equal("250 hello over Tls13\n", Encoding.UTF8.GetString(answer));
        socket.Dispose();
    }

    private async Task<IPEndPoint> BoundAsync(ListenerProtocol.Bind bind)
    {
        Sys.ActorTcp().Manager.Tell(bind, TestActor);
        return await Task.FromResult(ExpectMsg<ListenerProtocol.Bound>(Limit).LocalAddress.ToIPEndPoint());
    }

    private sealed class LineUpper : TcpHandler
    {
        protected override void OnReceived(Received received) => Send(Encoding.UTF8.GetString(received.Span).ToUpperInvariant());
    }

    private sealed class Greeter : TcpHandler
    {
        protected override void OnConnected(ConnectionProtocol.Connected connected) =>
            Send($"Hello {connected.Tls?.RemoteCertificate?.Subject}\n");
    }

    private sealed class MailLike : TcpHandler
    {
        private readonly TlsOptions _options;
        private TlsInfo? _tls;

        public MailLike(TlsOptions options)
        {
            _options = options;
            Receive<ConnectionProtocol.TlsStarted>(started => _tls = started.Tls);
        }

        protected override void OnReceived(Received received)
        {
            var line = Encoding.UTF8.GetString(received.Span);
            if (line == "STARTTLS" && _tls is null)
            {
                Connection.Tell(new ConnectionProtocol.StartTls(_options, Reply: new Send("220 go ahead")), Self);
                return;
            }

            Send($"250 {line} over {(_tls is null ? "nothing" : _tls.Protocol)}");
        }
    }
}
