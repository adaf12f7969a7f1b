using ActorTcp.Actors;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Hosting;

/// <summary>The owner of a hosted client's connector: makes it, and hears what becomes of it.</summary>
internal sealed class TcpClientActor : ReceiveActor
{
    public TcpClientActor(HostedTcpClient client, ConnectorProtocol.Connect connect)
    {
        var log = Context.GetLogger();
        Receive<ConnectorProtocol.Started>(started => client.Start(started.Connector));
        Receive<ConnectorProtocol.ConnectFailed>(failed => log.Warning("Client '{0}' is given up: {1}", client.Name, failed.Text));
        Receive<ConnectorProtocol.Closed>(closed => log.Debug("Client '{0}' has ended: {1}", client.Name, closed.Text));
        ReceiveAny(_ => { });
        Context.System.ActorTcp().Manager.Tell(connect, Self);
    }
}
