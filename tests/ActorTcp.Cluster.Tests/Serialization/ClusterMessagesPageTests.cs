using ActorTcp.Sockets;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorTcp.Cluster.Tests.Serialization;

/// <summary>The snippets of docs/cluster-messages.md.</summary>
public sealed class ClusterMessagesPageTests
{
    [Fact]
    public async Task Server_of_the_page_has_its_handlers_on_the_other_node()
    {
        var echoing = Host.CreateApplicationBuilder();
        echoing.Services.AddAkka("chat", akka => akka
            .WithRemoting("127.0.0.1", 0)
            .WithActorTcpSerialization()
            .WithActors((system, registry) => registry.Register<EchoLobby>(system.ActorOf(Props.Create<EchoLobby>(), "lobby"))));
        using var handlers = echoing.Build();
        await handlers.StartAsync();
        var system = handlers.Services.GetRequiredService<ActorSystem>();
        var lobby = $"{((ExtendedActorSystem)system).Provider.DefaultAddress}/user/lobby";

        var accepting = Host.CreateApplicationBuilder();
        accepting.Services.AddAkka("chat", akka => akka
            .WithRemoting("127.0.0.1", 0)
            .WithActorTcpSerialization());
        using var connections = accepting.Build();
        await connections.StartAsync();
        var bound = new TaskCompletionSource<ListenerProtocol.Bound>(TaskCreationOptions.RunContinuationsAsynchronously);
        connections.Services.GetRequiredService<ActorSystem>().ActorOf(Props.Create(() => new FrontDoor(lobby, bound)));
        var port = (await bound.Task.WaitAsync(TwoNodes.Limit)).LocalAddress.Port;

        using var client = new TcpClient("127.0.0.1", port);
        client.Client.Send("hello"u8);
        var bytes = new byte[5];
        await client.GetStream().ReadExactlyAsync(bytes).AsTask().WaitAsync(TwoNodes.Limit);
        Assert.Equal("hello"u8, bytes);
        await Task.WhenAll(handlers.StopAsync(), connections.StopAsync());
    }

    /// <summary>On the node of the connections: sends each of them to the lobby on the other node.</summary>
    public sealed class FrontDoor : ReceiveActor
    {
        public FrontDoor(string lobbyPath, TaskCompletionSource<ListenerProtocol.Bound> bound)
        {
            var lobby = Context.ActorSelection(lobbyPath);
            Receive<ListenerProtocol.Bound>(bound.SetResult);
            Receive<ListenerProtocol.ConnectionAccepted>(accepted => lobby.Tell(accepted));
            Context.System.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(new SockAddr("127.0.0.1", 0)));
        }
    }

    /// <summary>On the node of the handlers: makes a handler for each connection, and registers it with the connection.</summary>
    public sealed class EchoLobby : ReceiveActor
    {
        public EchoLobby()
        {
            Receive<ListenerProtocol.ConnectionAccepted>(accepted =>
            {
                var handler = Context.ActorOf(Props.Create<EchoHandler>());
                accepted.Connection.Tell(new ConnectionProtocol.Register(handler));
            });
            Receive<ConnectionProtocol.RegisterFailed>(failed => Context.Stop(failed.Register.Handler));
        }
    }

    /// <summary>The same handler as on a single node.</summary>
    public sealed class EchoHandler : TcpHandler
    {
        protected override void OnReceived(Received received) => Send(received.ToSend());

        protected override void OnClosed(ConnectionProtocol.Closed closed) => Context.Stop(Self);
    }
}
