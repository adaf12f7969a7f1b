using ActorTcp.Dispatch;
using ActorTcp.EventLoop;
using ActorTcp.Transport;
using Akka.Actor;

namespace ActorTcp.Connections;

/// <summary>What the connections of one listener on one loop, or those of one connector, have in common.</summary>
/// <param name="Loop">Their loop.</param>
/// <param name="Settings">What they begin with.</param>
/// <param name="Handler">How they make their handlers; null where each waits for Register.</param>
/// <param name="Acceptor">Who is told of those that wait for Register.</param>
/// <param name="Connector">Whose they are; null for those that were accepted.</param>
internal sealed record ConnectionFactory(
    PollLoop Loop,
    ConnectionSettings Settings,
    HandlerTemplate? Handler,
    IActorRef Acceptor,
    IActorRef? Connector = null)
{
    // One object for all of them as well.
    private readonly Deploy _deploy = Deploy.Local.WithDispatcher(PollExecutorLoops.DispatcherId(Loop.Index));

    /// <summary>The adoption that the one connection comes from; null for those that were accepted or connected.</summary>
    public Adoption? Adoption { get; init; }

    /// <summary>For how long they linger at their end, in seconds, by the SO_LINGER that they inherited; 0: not at all.</summary>
    public int LingerSeconds { get; init; }

    /// <summary>The limits that they begin with: one object for all of them.</summary>
    public ConnectionLimits Limits { get; } = Settings.Limits;

    /// <summary>The actor of a connection, to live on the loop.</summary>
    public Props PropsOf(IChannel channel) => Props.CreateBy(new ConnectionProducer(channel, this)).WithDeploy(_deploy);
}

/// <summary>Makes the actor of a connection, without reflection: one is made per connection.</summary>
internal sealed class ConnectionProducer(IChannel channel, ConnectionFactory template) : IIndirectActorProducer
{
    public Type ActorType => typeof(ConnectionActor);

    public ActorBase Produce() => new ConnectionActor(channel, template);

    public void Release(ActorBase actor)
    {
        // It owns nothing that outlives its own PostStop.
    }
}
