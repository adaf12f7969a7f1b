using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorTcp.Tests.Docs;

/// <summary>The examples of docs/unix-sockets.md.</summary>
public sealed class UnixSocketsPageTests(ITestOutputHelper output) : TcpTestKit(output)
{
    [Fact]
    public async Task Server_and_client_of_the_page_talk()
    {
        using var sockets = new UnixSockets();
        var (system, owner, path) = (Sys, TestActor, sockets.Path);
        system.ActorTcp().Manager.Tell(
            new ListenerProtocol.Bind(SockAddr.Unix(path), Props.Create<EchoHandler>()) { UnixMode = UnixFileMode.UserRead | UnixFileMode.UserWrite },
            owner);
        ExpectMsg<ListenerProtocol.Bound>(Limit);

        system.ActorTcp().Manager.Tell(new ConnectorProtocol.Connect(SockAddr.Unix(path), Props.Create<UnixClient>()), owner);

        ExpectMsg<ConnectorProtocol.Started>(Limit);
        ExpectMsg<ConnectorProtocol.Connected>(Limit);
        Assert.Equal("hello", (await UnixClient.Answer.Task.WaitAsync(Limit)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hosted_server_of_the_page_listens_on_both_and_refuses_other_users(bool isAllowed)
    {
        using var sockets = new UnixSockets();
        var path = sockets.Path;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(new AllowedUser(isAllowed ? UserId() : UserId() + 1));
        builder.Services.AddAkka("unix", akka =>
        {
            akka.WithTcpServer<LineHandler>("lines", options => options.Listen("127.0.0.1", 0).ListenUnix(path));
        });
        using var host = builder.Build();
        await host.StartAsync(LimitToken());

        Assert.Equal(2, host.Services.GetRequiredService<ActorSystem>().TcpServers()["lines"].Listeners.Count);
        using var client = await UnixSockets.ConnectAsync(path, LimitToken());
        await client.SendAsync("x"u8.ToArray());
        Assert.Equal(isAllowed ? 1 : 0, await client.ReceiveAsync(new byte[1], LimitToken()));
        await host.StopAsync(LimitToken());
        Assert.False(File.Exists(path));
    }

    private static long UserId() => long.Parse(
        File.ReadLines("/proc/self/status").Single(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2],
        CultureInfo.InvariantCulture);

    private sealed record AllowedUser(long Id);

    private sealed class UnixClient : TcpHandler
    {
        public static readonly TaskCompletionSource<string> Answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override void OnConnected(ConnectionProtocol.Connected connected) => connected.Connection.Tell(new Send("hello"));

        protected override void OnReceived(Received received) => Answer.TrySetResult(Encoding.UTF8.GetString(received.Span));
    }

    private sealed class LineHandler(AllowedUser allowed) : TcpHandler
    {
        private readonly long _allowedUser = allowed.Id;

        protected override void OnConnected(ConnectionProtocol.Connected connected)
        {
            if (connected.PeerCredentials?.UserId != _allowedUser)
            {
                connected.Connection.Tell(ConnectionProtocol.Close.Instance);
            }
        }

        protected override void OnReceived(Received received) => Connection.Tell(received.ToSend());
    }
}
