namespace Akka.Actor;

/// <summary>Takes every message and does nothing with it, not even dead letters.</summary>
internal sealed class IgnoreActorRef(IActorRefProvider provider) : ActorRefBase
{
    public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "local")) / "ignore";

    public override IActorRefProvider Provider => provider;
}
