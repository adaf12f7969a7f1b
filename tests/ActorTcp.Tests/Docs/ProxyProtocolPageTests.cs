namespace ActorTcp.Tests.Docs;

/// <summary>The examples of docs/proxy-protocol.md.</summary>
public sealed class ProxyProtocolPageTests(ITestOutputHelper output) : TcpTestKit(output)
{
    [Fact]
    public void Server_of_the_page_tells_the_client_the_address_in_the_header()
    {
        var (system, owner) = (Sys, TestActor);
        var address = Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0)!;
        system.ActorTcp().Manager.Tell(
            new ListenerProtocol.Bind(address, Props.Create<WhoHandler>())
            {
                ProxyProtocol = new ProxyProtocolOptions { Mode = ProxyProtocolMode.Required, TrustedNetworks = NetworkList.Parse("127.0.0.0/8") },
            },
            owner);
        var server = ExpectMsg<ListenerProtocol.Bound>(Limit).LocalAddress;
        var (client, local) = (SockAddr.Parse("192.0.2.1:5000"), SockAddr.Parse("198.51.100.2:443"));

        system.ActorTcp().Manager.Tell(
            new ConnectorProtocol.Connect(server)
            {
                HandlerActor = owner,
                ProxyHeader = new ProxyHeader { Source = client, Destination = local },
            },
            owner);

        var received = FishForMessage<Received>(_ => true, Limit);
        Assert.StartsWith("client 192.0.2.1:5000, proxy 127.0.0.1:", Encoding.UTF8.GetString(received.Span), StringComparison.Ordinal);
    }

    private sealed class WhoHandler : TcpHandler
    {
        protected override void OnConnected(ConnectionProtocol.Connected connected) =>
            Send(Encoding.UTF8.GetBytes($"client {connected.RemoteAddress}, proxy {connected.ProxyAddress}\n"));

        protected override void OnReceived(Received received)
        {
        }
    }
}
