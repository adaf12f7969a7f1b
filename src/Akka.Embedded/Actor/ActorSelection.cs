using Akka.Util;

namespace Akka.Actor;

/// <summary>The actors at a path, which may have wildcards, as they are when a message is told.</summary>
public class ActorSelection : ICanTell
{
    // Names, patterns of * and ?, ".." for the parent, and at the end "**" for all below.
    private readonly string[] _path;

    public ActorSelection(IActorRef anchor, string path)
        : this(anchor, path.Split('/')) { }

    public ActorSelection(IActorRef anchor, IEnumerable<string> elements)
    {
        Anchor = anchor;
        _path = elements.Where(e => !string.IsNullOrEmpty(e)).ToArray();
        if (_path.SkipLast(1).Contains("**"))
            throw new IllegalActorNameException("Double wildcard can only appear at the last path entry");
    }

    public IActorRef Anchor { get; }

    public string PathString => "/" + string.Join("/", _path);

    public void Tell(object message, IActorRef? sender = null) =>
        Deliver((IInternalActorRef)Anchor, sender ?? ActorCell.GetCurrentSelfOrNoSender(), new ActorSelectionMessage(message, _path));

    /// <summary>The reference of an actor that matches, or <see cref="ActorNotFoundException"/>.</summary>
    public Task<IActorRef> ResolveOne(TimeSpan timeout) => ResolveOne(timeout, CancellationToken.None);

    public async Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            var identity = await this.Ask<ActorIdentity>(new Identify(null), timeout, ct).ConfigureAwait(false);
            return identity.Subject ?? throw new ActorNotFoundException("subject was null");
        }
        catch (Exception e)
        {
            throw new ActorNotFoundException("Exception occurred while resolving ActorSelection", e);
        }
    }

    public override bool Equals(object? obj) =>
        obj is ActorSelection other && other.GetType() == GetType() && Equals(Anchor, other.Anchor) && PathString == other.PathString;

    public override int GetHashCode() => HashCode.Combine(Anchor, PathString);

    public override string ToString()
    {
        var uid = Anchor.Path.Uid == ActorCell.UndefinedUid ? "" : $"#{Anchor.Path.Uid}";
        return $"ActorSelection[Anchor({Anchor.Path}{uid}), Path({PathString})]";
    }

    internal static ActorSelection From(ActorPath path, ExtendedActorSystem system) =>
        new(system.Provider.RootGuardianAt(path.Address), path.Elements);

    /// <summary>From an absolute path or address, or from a path relative to a reference.</summary>
    internal static ActorSelection From(string path, ExtendedActorSystem system, IActorRef origin)
    {
        if (string.IsNullOrEmpty(path))
            return new ActorSelection(system.DeadLetters, "");
        if (path[0] == '/')
            return new ActorSelection(system.LookupRoot, path);
        if (!Uri.IsWellFormedUriString(path, UriKind.Absolute))
            return new ActorSelection(origin, path);
        return ActorPath.TryParse(path, out var actorPath) ? From(actorPath, system) : new ActorSelection(system.DeadLetters, "");
    }

    internal static void Deliver(IInternalActorRef anchor, IActorRef sender, ActorSelectionMessage selection)
    {
        var current = anchor;
        for (var i = 0; i < selection.Elements.Length; i++)
        {
            if (current is not LocalActorRef parent)
            {
                DeliverBeyond(current, sender, selection, i);
                return;
            }

            switch (selection.Elements[i])
            {
                case "..":
                    current = parent.Parent;
                    break;
                case "**":
                    DeliverToAll(parent, sender, selection.Message);
                    return;
                case var pattern when pattern.Contains('*') || pattern.Contains('?'):
                    var matching = parent.Children.Where(c => WildcardMatch.Matches(c.Path.Name, pattern)).ToArray();
                    if (matching.Length == 0)
                        TellNobody(parent, anchor, sender, selection);
                    var rest = new ActorSelectionMessage(
                        selection.Message, selection.Elements[(i + 1)..], selection.WildCardFanOut || matching.Length > 1);
                    foreach (var child in matching)
                        Deliver(child, sender, rest);
                    return;
                case var name:
                    current = parent.GetSingleChild(name);
                    if (current is not Nobody)
                        break;
                    TellNobody(parent, anchor, sender, selection);
                    return;
            }
        }

        current.Tell(selection.Message, sender);
    }

    // Beyond an actor of this process stand /temp and the dead letters, which look for themselves.
    private static void DeliverBeyond(IInternalActorRef current, IActorRef sender, ActorSelectionMessage selection, int next)
    {
        var rest = selection.Elements[next..];
        if (current is TempContainer && current.GetChild(rest) is { } found and not Nobody)
            found.Tell(selection.Message, sender);
        else
            current.Tell(new ActorSelectionMessage(selection.Message, rest), sender);
    }

    private static void TellNobody(LocalActorRef parent, IActorRef anchor, IActorRef sender, ActorSelectionMessage selection)
    {
        if (!selection.WildCardFanOut)
            new EmptyLocalActorRef(parent.Provider, anchor.Path / selection.Elements, parent.Cell.System.EventStream).Tell(selection, sender);
    }

    private static void DeliverToAll(LocalActorRef parent, IActorRef sender, object message)
    {
        foreach (var child in parent.Children)
        {
            child.Tell(message, sender);
            if (child is LocalActorRef next)
                DeliverToAll(next, sender, message);
        }
    }
}
