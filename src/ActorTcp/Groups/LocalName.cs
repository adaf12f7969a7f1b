using Akka.Actor;

namespace ActorTcp.Groups;

/// <summary>A name that was registered on this node.</summary>
/// <param name="Name">The name.</param>
/// <param name="Actor">The actor that has it.</param>
/// <param name="Owner">The actor that registered it, which is notified of a conflict.</param>
/// <param name="Since">The time of the registration: ticks in UTC.</param>
internal sealed record LocalName(string Name, IActorRef Actor, IActorRef Owner, long Since);

/// <summary>What the group actor does for a local actor. When the actor stops, all of it ends.</summary>
internal sealed class ActorUses
{
    public HashSet<string> Groups { get; } = [];

    public HashSet<string> Names { get; } = [];

    public HashSet<string> Watched { get; } = [];

    public bool IsEmpty => Groups.Count == 0 && Names.Count == 0 && Watched.Count == 0;
}
