using ActorTcp.Connectors;
using ActorTcp.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace ActorTcp.Hosting;

/// <summary>Makes a client when its host starts.</summary>
internal sealed class TcpClientStart(ActorSystem system, HostedTcpClient client)
{
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);

    /// <summary>Makes the connector, which connects while the host goes on.</summary>
    /// <exception cref="ConfigurationException">Its options break a rule.</exception>
    public async Task StartAsync()
    {
        var connect = client.Options.ToConnect(client.Options.HandlerProps(system, client.HandlerType));
        var settings = system.ActorTcp().Settings;
        var broken = ConnectorActor.SettingsOf(connect, settings.Connector).BrokenRules(settings.Connection.Limits).ToList();
        if (broken.Count > 0)
        {
            throw new ConfigurationException($"Client '{client.Name}': {string.Join("; ", broken)}");
        }

        system.ActorOf(Props.Create(() => new TcpClientActor(client, connect)).WithDeploy(Deploy.Local), $"tcp-client-{Uri.EscapeDataString(client.Name)}");
        await client.Started.WaitAsync(Answer).ConfigureAwait(false);
    }
}

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
