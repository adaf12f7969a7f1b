using System.Net.Security;
using System.Security.Authentication;

namespace ActorTcp.Tests.Transport.Tls;

/// <summary>A listener with TLS, and clients over <see cref="SslStream"/>.</summary>
public sealed class TlsServerTests(ITestOutputHelper output) : ConnectionTestKit(output)
{
    private const int MoreThanTheKernelTakes = 16 * 1024 * 1024;

    private static readonly TlsOptions Server = TlsOptions.Server(Certificates.For("localhost"));

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Echo_over_each_version_of_TLS_returns_every_byte(SslProtocols version)
    {
        await using var client = await ConnectTlsAsync(EchoBind(), new() { EnabledSslProtocols = version });
        Assert.Equal(version, client.SslProtocol);

        foreach (var length in new[] { 1, 64, 16 * 1024, 1_000_000 })
        {
            var sent = Seeded((ulong)length, length);
            var received = new byte[length];
            var writing = client.WriteAsync(sent, LimitToken()).AsTask();
            await client.ReadExactlyAsync(received, LimitToken());
            await writing;
            Assert.Equal(sent, received);
        }
    }

    [Fact]
    public async Task Handler_receives_what_the_handshake_agreed_on()
    {
        var options = TlsOptions.Server(new SslServerAuthenticationOptions
        {
            ServerCertificate = Certificates.For("localhost"),
            ApplicationProtocols = [new SslApplicationProtocol("line/1")],
        });
        await using var client = await ConnectTlsAsync(
            new ListenerProtocol.Bind(AnyPort) { Tls = options },
            new() { ApplicationProtocols = [new SslApplicationProtocol("line/1")] });

        var connection = ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit).Connection;
        connection.Tell(new ConnectionProtocol.Register(TestActor), TestActor);
        var tls = ExpectMsg<ConnectionProtocol.Connected>(Limit).Tls!;

        Assert.Equal(("line/1", "localhost", client.NegotiatedCipherSuite), (tls.ApplicationProtocol, tls.ServerName, tls.CipherSuite));
        Assert.Equal(tls, (await DescribeAsync(connection)).Tls);
    }

    [Fact]
    public async Task Client_that_ends_with_close_notify_is_a_peer_that_ended()
    {
        await using var client = await ConnectTlsAsync(RecordingBind(), new());
        var connection = await RegisterAsync();

        await client.WriteAsync("bye"u8.ToArray(), LimitToken());
        await client.ShutdownAsync();

        Assert.Equal("bye", Encoding.UTF8.GetString(ExpectMsg<Received>(Limit).Span));
        ExpectMsg<ConnectionProtocol.PeerEof>(Limit);
        Assert.Equal(CloseReason.PeerClosed, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
        Assert.Equal(0, await client.ReadAsync(new byte[1], LimitToken()));
    }

    [Fact]
    public async Task Client_that_ends_without_close_notify_truncates_the_stream()
    {
        await using var client = await ConnectTlsAsync(RecordingBind(), new());
        await RegisterAsync();
        await client.WriteAsync("half"u8.ToArray(), LimitToken());
        Assert.Equal("half", Encoding.UTF8.GetString(ExpectMsg<Received>(Limit).Span));

        SocketOf(client).Shutdown(SocketShutdown.Send);

        Assert.Equal(CloseReason.Truncated, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
    }

    [Fact]
    public async Task ConfirmedClose_sends_close_notify_and_awaits_that_of_the_peer()
    {
        await using var client = await ConnectTlsAsync(RecordingBind(), new());
        var connection = await RegisterAsync();

        connection.Tell(new Send("last"), TestActor);
        connection.Tell(ConnectionProtocol.ConfirmedClose.Instance, TestActor);
        var received = new byte[4];
        await client.ReadExactlyAsync(received, LimitToken());
        Assert.Equal(0, await client.ReadAsync(received, LimitToken()));
        await client.WriteAsync("more"u8.ToArray(), LimitToken());
        Assert.Equal("more", Encoding.UTF8.GetString(ExpectMsg<Received>(Limit).Span));
        await client.ShutdownAsync();

        Assert.Equal(CloseReason.Closed, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
    }

    [Fact]
    public async Task Client_that_does_not_speak_TLS_gets_no_handler_and_is_closed()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(ListenerProtocol.ConnectionClosed));
        var client = await ConnectAsync(EchoBind());

        await SendAsync(client, "GET / HTTP/1.0\r\n\r\n");

        await ReadToEndAsync(client);
        var closed = ExpectMsg<ListenerProtocol.ConnectionClosed>(Limit).Closed;
        Assert.Equal(CloseReason.TlsFailed, closed.Reason);
        Assert.Contains("handshake", closed.Text);
    }

    [Fact]
    public async Task Client_that_sends_nothing_is_closed_after_the_handshake_timeout()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(ListenerProtocol.ConnectionClosed));
        Sys.ActorTcp().Manager.Tell(EchoBind() with { Tls = Server with { HandshakeTimeout = TimeSpan.FromSeconds(3) } }, TestActor);
        var bound = ExpectMsg<ListenerProtocol.Bound>(Limit);
        using var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
        var connection = await OnlyConnectionAsync(bound.Listener);
        Assert.Equal(ConnectionPhase.Handshaking, await PhaseAsync(connection));

        await AdvanceAsync(TimeSpan.FromSeconds(2.9));
        Assert.Equal(ConnectionPhase.Handshaking, await PhaseAsync(connection));
        await AdvanceAsync(TimeSpan.FromSeconds(0.2));

        Assert.Equal(CloseReason.HandshakeTimeout, ExpectMsg<ListenerProtocol.ConnectionClosed>(Limit).Closed.Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Client_certificate_is_checked_and_reaches_the_handler(bool isTrusted)
    {
        Sys.EventStream.Subscribe(TestActor, typeof(ListenerProtocol.ConnectionClosed));
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificate = Certificates.For("localhost"),
            ClientCertificateRequired = true,
            CertificateChainPolicy = isTrusted ? Certificates.TrustAuthority() : new() { RevocationMode = System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck },
        };
        var bind = new ListenerProtocol.Bind(AnyPort) { Tls = TlsOptions.Server(options) };
        var certificate = Certificates.For("client");
        if (isTrusted)
        {
            await using var client = await ConnectTlsAsync(bind, new() { ClientCertificates = [certificate] });
            var connection = ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit).Connection;
            Assert.Equal(certificate.Thumbprint, (await DescribeAsync(connection)).Tls!.RemoteCertificate!.Thumbprint);
        }
        else
        {
            var failure = await Record.ExceptionAsync(async () =>
            {
                await using var client = await ConnectTlsAsync(bind, new() { ClientCertificates = [certificate] });
                await client.ReadExactlyAsync(new byte[1], LimitToken());
            });
            Assert.NotNull(failure);
            Assert.Equal(CloseReason.TlsFailed, ExpectMsg<ListenerProtocol.ConnectionClosed>(Limit).Closed.Reason);
        }
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, false)]
    [InlineData(SslProtocols.Tls12, true)]
    [InlineData(SslProtocols.Tls13, false)]
    [InlineData(SslProtocols.Tls13, true)]
    public async Task Session_of_a_listener_without_client_certificates_is_not_resumed_at_one_with(SslProtocols version, bool selects)
    {
        var name = $"{version}-{selects}.test";
        var plain = new SslServerAuthenticationOptions { ServerCertificate = Certificates.For(name) };
        var asking = new SslServerAuthenticationOptions
        {
            ServerCertificate = Certificates.For(name),
            ClientCertificateRequired = true,
            CertificateChainPolicy = Certificates.TrustAuthority(),
        };
        var client = Certificates.For("client");
        foreach (var options in new[] { plain, asking })
        {
            var tls = selects ? TlsOptions.Server((_, _) => ValueTask.FromResult(options)) : TlsOptions.Server(options);
            await using var stream = await ConnectTlsAsync(
                new ListenerProtocol.Bind(AnyPort, Props.Create<EchoHandler>()) { Tls = tls },
                new() { TargetHost = name, EnabledSslProtocols = version, ClientCertificateContext = SslStreamCertificateContext.Create(client, null, offline: true) });

            // The client receives the ticket of the session with the echo.
            await stream.WriteAsync("echo"u8.ToArray(), LimitToken());
            var echo = new byte[4];
            await stream.ReadExactlyAsync(echo, LimitToken());
            Assert.Equal("echo", Encoding.UTF8.GetString(echo));
        }
    }

    [Fact]
    public async Task Handler_that_throws_receives_its_bytes_again_over_TLS()
    {
        await using var client = await ConnectTlsAsync(new ListenerProtocol.Bind(AnyPort, Props.Create<CrashingEcho>()) { Tls = Server }, new());

        await client.WriteAsync("crash"u8.ToArray(), LimitToken());
        var received = new byte[6];
        await client.ReadExactlyAsync(received, LimitToken());

        Assert.Equal("again:", Encoding.UTF8.GetString(received));
        await client.ReadExactlyAsync(received.AsMemory(0, 5), LimitToken());
        Assert.Equal("crash", Encoding.UTF8.GetString(received.AsSpan(0, 5)));
    }

    [Fact]
    public async Task Send_that_does_not_start_in_time_is_removed_before_it_is_encrypted()
    {
        await using var client = await ConnectTlsAsync(RecordingBind(), new());
        var connection = await RegisterAsync();
        connection.Tell(new ConnectionProtocol.SetLimits(new ConnectionSettings { SendQueueBytes = 64 << 20, WriteStallTimeout = TimeSpan.Zero }.Limits), TestActor);
        ExpectMsg<ConnectionProtocol.LimitsSet>(Limit);
        var bulk = Seeded(3, 16 << 20);
        connection.Tell(new Send(bulk), TestActor);
        connection.Tell(new Send("late", "late") { Timeout = TimeSpan.FromSeconds(1) }, TestActor);
        connection.Tell(new Send("on time", "on time"), TestActor);
        await DescribeAsync(connection);

        await AdvanceAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(Errno.ETIMEDOUT, FishForMessage<ConnectionProtocol.SendFailed>(_ => true, Limit).Errno);
        var received = new byte[bulk.Length + 7];
        await client.ReadExactlyAsync(received, LimitToken());
        Assert.Equal("on time", Encoding.UTF8.GetString(received.AsSpan(bulk.Length)));
        Assert.True(bulk.AsSpan().SequenceEqual(received.AsSpan(0, bulk.Length)));
        Assert.Equal("on time", FishForMessage<ConnectionProtocol.Sent>(_ => true, Limit).Token);
    }

    [Fact]
    public async Task Handshakes_above_the_maximum_wait_in_the_backlog()
    {
        Sys.ActorTcp().Manager.Tell(EchoBind() with { Settings = new ListenerSettings { MaxHandshakes = 1 } }, TestActor);
        var bound = ExpectMsg<ListenerProtocol.Bound>(Limit);
        var address = bound.LocalAddress.ToIPEndPoint();
        using var silent = await EchoClient.ConnectAsync(address, LimitToken());
        await OnlyConnectionAsync(bound.Listener);
        var second = ConnectTlsAsync(address, new());

        Assert.Single((await bound.Listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit)).Connections);
        silent.Dispose();

        await using var client = await second;
        Assert.True(client.IsAuthenticated);
    }

    private static Task<SslStream> ConnectTlsAsync(IPEndPoint address, SslClientAuthenticationOptions options) => TlsClient.ConnectAsync(address, options);

    private static Socket SocketOf(SslStream stream) =>
        ((NetworkStream)typeof(AuthenticatedStream).GetProperty("InnerStream", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!.GetValue(stream)!).Socket;

    private static ListenerProtocol.Bind EchoBind() => new(AnyPort, Props.Create<EchoHandler>()) { Tls = Server };

    private static ListenerProtocol.Bind RecordingBind() => new(AnyPort) { Tls = Server };

    private async Task<IActorRef> OnlyConnectionAsync(IActorRef listener)
    {
        IReadOnlyCollection<IActorRef> connections = [];
        await UntilAsync(async () => (connections = (await listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit)).Connections).Count == 1);
        return connections.Single();
    }

    private Task<IActorRef> RegisterAsync()
    {
        var connection = FishForMessage<ListenerProtocol.ConnectionAccepted>(_ => true, Limit).Connection;
        connection.Tell(new ConnectionProtocol.Register(TestActor), TestActor);
        ExpectMsg<ConnectionProtocol.Connected>(Limit);
        return Task.FromResult(connection);
    }

    private async Task<SslStream> ConnectTlsAsync(ListenerProtocol.Bind bind, SslClientAuthenticationOptions options)
    {
        Sys.ActorTcp().Manager.Tell(bind, TestActor);
        return await ConnectTlsAsync(FishForMessage<ListenerProtocol.Bound>(_ => true, Limit).LocalAddress.ToIPEndPoint(), options);
    }

    private sealed class CrashingEcho : TcpHandler
    {
        protected override void OnReceived(Received received) => throw new InvalidOperationException("planted");

        protected override void OnResumed(ConnectionProtocol.Resumed resumed)
        {
            Send("again:");
            Send(resumed.Bytes);
        }
    }
}
