namespace Akka.Actor;

/// <summary>The handle by which an actor is told messages. Can be kept, compared and sent to others.</summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef>, IComparable<IActorRef>, IComparable
{
    ActorPath Path { get; }
}
