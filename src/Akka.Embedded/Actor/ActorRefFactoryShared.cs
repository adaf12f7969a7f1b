using Akka.Actor.Internal;

namespace Akka.Actor;

public static class ActorRefFactoryShared
{
    public static ActorSelection ActorSelection(ActorPath actorPath, ActorSystem system) =>
        new(((ActorSystemImpl)system).Provider.RootGuardianAt(actorPath.Address), actorPath.Elements);

    /// <summary>From an absolute path or address, or from a path relative to a reference.</summary>
    public static ActorSelection ActorSelection(string path, ActorSystem system, IActorRef lookupRoot)
    {
        if (string.IsNullOrEmpty(path))
            return new ActorSelection(system.DeadLetters, "");
        if (path[0] == '/')
            return new ActorSelection(((ActorSystemImpl)system).Provider.RootGuardian, path[1..]);
        if (!Uri.IsWellFormedUriString(path, UriKind.Absolute))
            return new ActorSelection(lookupRoot, path);
        return ActorPath.TryParse(path, out var actorPath)
            ? ActorSelection(actorPath, system)
            : new ActorSelection(system.DeadLetters, "");
    }

    public static ActorSelection ActorSelection(IActorRef anchorActorRef, string path) => new(anchorActorRef, path);
}
