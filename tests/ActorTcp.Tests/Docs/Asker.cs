namespace ActorTcp.Tests.Docs;

/// <summary>The example of docs/client.md.</summary>
public sealed class Asker : ReceiveActor, IWithUnboundedStash
{
    public Asker(string host, int port, IActorRef reader)
    {
        Context.System.ActorTcp().Manager.Tell(new ConnectorProtocol.Connect(host, port)
        {
            HandlerOptions = new HandlerOptions { Framing = new LineFraming(maxLength: 1000) },
            Reconnect = new ReconnectPolicy(Min: TimeSpan.FromMilliseconds(100), Max: TimeSpan.FromSeconds(30)),
            QueueBytes = 64 * 1024,
        });
        Receive<ConnectorProtocol.Started>(started => Become(() => Asking(started.Connector, reader)));
        ReceiveAny(_ => Stash.Stash());
    }

    public IStash Stash { get; set; } = null!;

    private void Asking(IActorRef connector, IActorRef reader)
    {
        Receive<string>(question => connector.Tell(new Send(question)));
        Receive<Received>(answer => reader.Tell(Encoding.UTF8.GetString(answer.Span)));
        Receive<ConnectionProtocol.SendFailed>(failed => reader.Tell(failed.Text));
        ReceiveAny(_ => { });
        Stash.UnstashAll();
    }
}
