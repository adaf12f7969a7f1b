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
        Receive<ConnectorProtocol.ConnectFailed>(failed => log.WithReason(nameof(ConnectorProtocol.ConnectFailed), failed.Errno).Warning("Client '{Client}' is given up: {Text}", client.Name, failed.Text));
        Receive<ConnectorProtocol.Closed>(closed => log.WithReason(closed.Reason, closed.Errno).Debug("Client '{Client}' has ended: {Text}", client.Name, closed.Text));
        ReceiveAny(_ => { });
        Context.System.ActorTcp().Manager.Tell(connect, Self);
    }
}
