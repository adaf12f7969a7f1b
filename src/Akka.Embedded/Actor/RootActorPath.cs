namespace Akka.Actor;

public sealed class RootActorPath(Address address, string name = "") : ActorPath(name)
{
    internal Address OwnAddress { get; } = address;
}
