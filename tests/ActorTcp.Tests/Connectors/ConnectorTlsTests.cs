using System.Net.Security;

namespace ActorTcp.Tests.Connectors;

/// <summary>Connectors with TLS, to listeners with TLS.</summary>
public sealed class ConnectorTlsTests(ITestOutputHelper output) : ConnectionTestKit(output)
{
    [Fact]
    public async Task Connector_verifies_the_server_and_sends_queued_bytes_after_the_handshake()
    {
        var bound = ListenTls("localhost");
        var connector = await ConnectAsync(bound, Client("localhost"));

        var connected = ExpectMsg<ConnectorProtocol.Connected>(Limit);
        var tls = ExpectMsg<ConnectionProtocol.Connected>(Limit).Tls!;
        Assert.Equal("CN=localhost", tls.RemoteCertificate!.Subject);
        connector.Tell(new Send("through"), TestActor);
        Assert.Equal("through", Encoding.UTF8.GetString(ExpectMsg<Received>(Limit).Span));
        Assert.Equal(connected.Connection, LastSender);
    }

    [Theory]
    [InlineData("other.test", true)]
    [InlineData("localhost", false)]
    public async Task Server_with_a_wrong_name_or_an_unknown_authority_is_a_failed_connect(string name, bool trusts)
    {
        var bound = ListenTls(name);

        await ConnectAsync(bound, trusts ? Client("localhost") : TlsOptions.Client("localhost"));

        var failed = ExpectMsg<ConnectorProtocol.ConnectFailed>(Limit);
        Assert.Equal(Errno.EPROTO, failed.Errno);
        Assert.Contains("certificate", failed.Text);
        Assert.Contains("certificate", Assert.Single(failed.Attempts).Text);
    }

    [Fact]
    public void Options_of_a_server_are_refused_by_a_connector()
    {
        Sys.ActorTcp().Manager.Tell(new ConnectorProtocol.Connect("127.0.0.1", 1) { Tls = TlsOptions.Server(Certificates.For("localhost")), NotifyStarted = false }, TestActor);

        Assert.Contains("TlsOptions.Client", ExpectMsg<ConnectorProtocol.ConnectFailed>(Limit).Text);
    }

    private static TlsOptions Client(string name) =>
        TlsOptions.Client(new SslClientAuthenticationOptions { TargetHost = name, CertificateChainPolicy = Certificates.TrustAuthority() });

    private ListenerProtocol.Bound ListenTls(string name)
    {
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort, Props.Create<EchoHandler>()) { Tls = TlsOptions.Server(Certificates.For(name)) }, TestActor);
        return ExpectMsg<ListenerProtocol.Bound>(Limit);
    }

    private async Task<IActorRef> ConnectAsync(ListenerProtocol.Bound bound, TlsOptions tls)
    {
        Sys.ActorTcp().Manager.Tell(new ConnectorProtocol.Connect(bound.LocalAddress) { Tls = tls }, TestActor);
        return await Task.FromResult(ExpectMsg<ConnectorProtocol.Started>(Limit).Connector);
    }
}
