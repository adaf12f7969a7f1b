using ActorTcp.Connectors;
using ActorTcp.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace ActorTcp.Hosting;

/// <summary>Starts a client when its host starts.</summary>
internal sealed class TcpClientStart(ActorSystem system, HostedTcpClient client)
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Creates the connector. Does not wait until it is connected.</summary>
    /// <exception cref="ConfigurationException">The options of the client break a rule.</exception>
    public async Task StartAsync()
    {
        var settings = system.ActorTcp().Settings;
        var connect = client.Options.ToConnect(client.Options.HandlerProps(system, client.HandlerType), settings);
        var broken = ConnectorActor.SettingsOf(connect, settings.Connector).BrokenRules(connect.ConnectionSettings ?? settings.Connection).ToList();
        if (broken.Count > 0)
        {
            throw new ConfigurationException($"Client '{client.Name}': {string.Join("; ", broken)}");
        }

        system.ActorOf(Props.Create(() => new TcpClientActor(client, connect)).WithDeploy(Deploy.Local), $"tcp-client-{Uri.EscapeDataString(client.Name)}");
        await client.Started.WaitAsync(AnswerTimeout).ConfigureAwait(false);
    }
}

/// <summary>The owner of a hosted client's connector: it creates the connector, and logs its end.</summary>
internal sealed class TcpClientActor : ReceiveActor
{
    public TcpClientActor(HostedTcpClient client, ConnectorProtocol.Connect connect)
    {
        var log = Context.GetLogger();
        Receive<ConnectorProtocol.Started>(started => client.Start(started.Connector));
        Receive<ConnectorProtocol.ConnectFailed>(failed => log.WithReason(nameof(ConnectorProtocol.ConnectFailed), failed.Errno).Warning("Client '{Client}' stops trying to connect: {Text}", client.Name, failed.Text));
        Receive<ConnectorProtocol.Closed>(closed => log.WithReason(closed.Reason, closed.Errno).Debug("Client '{Client}' has ended: {Text}", client.Name, closed.Text));
        ReceiveAny(_ => { });
        Context.System.ActorTcp().Manager.Tell(connect, Self);
    }
}
