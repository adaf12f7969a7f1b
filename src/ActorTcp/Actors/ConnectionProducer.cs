using Akka.Actor;
using ActorTcp.Polling;

namespace ActorTcp.Actors;

/// <summary>Makes the actor of a connection, without reflection: one is made per connection.</summary>
internal sealed class ConnectionProducer(IChannel channel, ConnectionTemplate template) : IIndirectActorProducer
{
    public Type ActorType => typeof(ConnectionActor);

    public ActorBase Produce() => new ConnectionActor(channel, template);

    public void Release(ActorBase actor)
    {
        // It owns nothing that outlives its own PostStop.
    }
}
