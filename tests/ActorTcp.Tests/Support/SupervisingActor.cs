namespace ActorTcp.Tests.Support;

/// <summary>Binds a port and registers its own child as the handler of each connection. Forwards Bound.</summary>
internal sealed class SupervisingActor : ReceiveActor
{
    private readonly SupervisorStrategy _strategy;

    public SupervisingActor(ListenerProtocol.Bind bind, IActorRef starter, Props handler, SupervisorStrategy strategy, bool keepOpen)
    {
        _strategy = strategy;
        Context.System.ActorTcp().Manager.Tell(bind);
        Receive<ListenerProtocol.Bound>(starter.Tell);
        Receive<ListenerProtocol.ConnectionAccepted>(accepted =>
            Sender.Tell(new ConnectionProtocol.Register(Context.ActorOf(handler), new HandlerOptions { KeepOpenOnPeerEof = keepOpen })));
    }

    protected override SupervisorStrategy SupervisorStrategy() => _strategy;
}
