namespace Akka.Actor.Internal;

internal sealed class FactoryProducer(Type actorType, Func<ActorBase> factory) : IIndirectActorProducer
{
    public Type ActorType { get; } = actorType;

    public ActorBase Produce() => factory();

    public void Release(ActorBase actor) { }
}
