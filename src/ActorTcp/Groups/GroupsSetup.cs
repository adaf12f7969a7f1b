using ActorTcp.Diagnostics;
using Akka.Actor;
using Akka.Actor.Setup;

namespace ActorTcp.Groups;

/// <summary>Sets the group actor of an actor system. Without it the groups are those of one node.</summary>
/// <param name="props">Creates the Props of a class that inherits from <see cref="GroupActor"/>.</param>
internal sealed class GroupsSetup(Func<ExtendedActorSystem, GroupMeters, Props> props) : Setup
{
    public Func<ExtendedActorSystem, GroupMeters, Props> Props => props;
}
