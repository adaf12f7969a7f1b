namespace Akka.Actor;

/// <summary>The reference to no actor; what is told to it vanishes.</summary>
public sealed class Nobody : ActorRefBase
{
    public static Nobody Instance = new();

    private Nobody() { }

    public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems, "/Nobody");

    public override IActorRefProvider Provider => throw new NotSupportedException("Nobody does not provide");
}
