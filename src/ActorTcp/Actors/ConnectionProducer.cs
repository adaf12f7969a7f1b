using Akka.Actor;
using ActorTcp.Polling;

namespace ActorTcp.Actors;

/// <summary>Makes the actor of a connection, without reflection: one is made per connection.</summary>
internal sealed class ConnectionProducer(
    IChannel channel,
    PollLoop loop,
    ConnectionSettings settings,
    HandlerTemplate? handler,
    IActorRef acceptor,
    IActorRef? connector = null) : IIndirectActorProducer
{
    public Type ActorType => typeof(ConnectionActor);

    public ActorBase Produce() => new ConnectionActor(channel, loop, settings, handler, acceptor, connector);

    public void Release(ActorBase actor)
    {
        // It owns nothing that outlives its own PostStop.
    }
}
