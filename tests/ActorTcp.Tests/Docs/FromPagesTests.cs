using Akka.Event;
using Akka.Hosting;
using ActorTcp.Tests.Tidy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorTcp.Tests.Docs;

/// <summary>The servers of docs/from-akka-io.md, docs/from-dotnetty.md and docs/from-kestrel.md.</summary>
public sealed class FromPagesTests(ITestOutputHelper output) : ConnectionTestKit(output)
{
    [Fact]
    public async Task Echo_service_of_the_page_for_Akka_IO_echoes()
    {
        var port = FreePort();
        Sys.ActorOf(Props.Create(() => new EchoService(Tcp.SockAddr(Tcp.INADDR_LOOPBACK, port)!)));
        Socket? client = null;
        while (client is null)
        {
            try
            {
                client = await EchoClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), LimitToken());
            }
            catch (SocketException)
            {
                // The service does not listen yet.
            }
        }

        await SendAsync(client, "hello");
        Assert.Equal("hello", await ReadTextAsync(client, 5));
        client.Dispose();
    }

    [Fact]
    public async Task Line_server_of_the_page_for_DotNetty_answers_lines()
    {
        var system = Sys;
        var address = AnyPort;
        var options = new HandlerOptions { Framing = new LineFraming(maxLength: 8192) };
        var bound = await system.ActorTcp().BindAsync(new ListenerProtocol.Bind(address, Props.Create<LineUpper>(), HandlerOptions: options));

        await AnswersAsync(bound.LocalAddress.ToIPEndPoint());
    }

    [Fact]
    public async Task Hosted_server_of_the_page_for_Kestrel_answers_lines()
    {
        var port = 0;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        var services = builder.Services;
        services.AddAkka("lines", akka => akka.WithTcpServer<LineUpper>("lines", options =>
        {
            options.Listen("127.0.0.1", port);
            options.HandlerOptions = new HandlerOptions { Framing = new LineFraming(maxLength: 8192) };
        }));
        using var host = builder.Build();
        await host.StartAsync();

        await AnswersAsync(host.Services.GetRequiredService<ActorSystem>().TcpServers()["lines"].LocalAddress.ToIPEndPoint());
        await host.StopAsync();
    }

    [Theory]
    [InlineData("from-akka-io.md")]
    [InlineData("from-dotnetty.md")]
    [InlineData("from-kestrel.md")]
    public void Page_has_at_most_80_lines(string page) => Assert.InRange(File.ReadAllLines(Path.Combine(SourceFile.Root, "docs", page)).Length, 1, 80);

    private static async Task AnswersAsync(IPEndPoint server)
    {
        using var client = await EchoClient.ConnectAsync(server, LimitToken());
        Assert.Equal("Say something.\n", await ReadTextAsync(client, 15));
        await SendAsync(client, "hello\n");
        Assert.Equal("HELLO\n", await ReadTextAsync(client, 6));
    }

    private static int FreePort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    internal sealed class EchoService : ReceiveActor
    {
        public EchoService(SockAddr address)
        {
            Receive<ListenerProtocol.Bound>(bound => Context.GetLogger().Info("Listening on {Address}", bound.LocalAddress));
            Receive<ListenerProtocol.ConnectionAccepted>(accepted => accepted.Connection.Tell(new ConnectionProtocol.Register(Self)));
            Receive<Received>(received => Sender.Tell(received.ToSend()));
            ReceiveAny(_ => { });
            Context.System.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(address));
        }
    }

    internal sealed class LineUpper : TcpHandler
    {
        protected override void OnConnected(ConnectionProtocol.Connected connected) => Send("Say something.");

        protected override void OnReceived(Received received) => Send(Encoding.UTF8.GetString(received.Span).ToUpperInvariant());

        protected override void OnFrameFailed(ConnectionProtocol.FrameFailed failed) => Send(failed.Error.Text);
    }
}
