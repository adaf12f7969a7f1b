using Akka.Configuration;

namespace ActorTcp.Tests.Docs;

/// <summary>The server of docs/public-server.md.</summary>
public sealed class PublicServerPageTests
{
    [Fact]
    public async Task Server_of_the_page_serves_lines_with_the_limits_of_the_page()
    {
        const int port = 0;
        var config = ConfigurationFactory.ParseString("""
            actortcp {
              listener {
                max-connections = 5000
                limit-policy = close
              }
              connection {
                first-byte-timeout = 10s
                idle-timeout = 5m
                send-queue-bytes = 256KiB
                send-queue-high = 128KiB
                send-queue-low = 32KiB
                read-ahead-bytes = 64KiB
              }
            }
            """);
        using var system = ActorSystem.Create("public", config);
        var bind = new ListenerProtocol.Bind((SockAddr)new IPEndPoint(IPAddress.Any, port), Props.Create<LineEcho>(), new HandlerOptions { Framing = new LineFraming(maxLength: 4096) });
        var bound = await system.ActorTcp().Manager.Ask<object>(bind, TimeSpan.FromSeconds(10));

        var listens = Assert.IsType<ListenerProtocol.Bound>(bound);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, listens.LocalAddress.Port);
        await client.SendAsync("a line\n"u8.ToArray());
        using var reader = new StreamReader(new NetworkStream(client));
        Assert.Equal("a line", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(5000, (await listens.Listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance)).Limits.MaxConnections);
        Assert.Equal(TimeSpan.FromMinutes(5), system.ActorTcp().Settings.Connection.Limits.Idle);
        client.Dispose();
        await system.Terminate();
    }

    internal sealed class LineEcho : TcpHandler
    {
        protected override void OnReceived(Received received) => Connection.Tell(received.ToSend(), Self);
    }
}
