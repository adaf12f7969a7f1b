namespace Akka.Actor;

/// <summary>The actors at a path, which may have wildcards, as they are when a message is told.</summary>
public class ActorSelection : ICanTell
{
    public ActorSelection(IActorRef anchor, SelectionPathElement[] path)
    {
        Anchor = anchor;
        Path = path;
    }

    public ActorSelection(IActorRef anchor, string path)
        : this(anchor, path.Split('/'))
    {
    }

    public ActorSelection(IActorRef anchor, IEnumerable<string> elements)
        : this(anchor, elements.Where(e => !string.IsNullOrEmpty(e)).Select(ToElement).ToArray())
    {
        if (Path.SkipLast(1).Contains(SelectChildRecursive.Instance))
            throw new IllegalActorNameException("Double wildcard can only appear at the last path entry");
    }

    public IActorRef Anchor { get; }

    public SelectionPathElement[] Path { get; }

    public string PathString => "/" + string.Join<SelectionPathElement>("/", Path);

    public void Tell(object message, IActorRef? sender = null) =>
        Deliver((IInternalActorRef)Anchor, sender ?? ActorCell.GetCurrentSelfOrNoSender(), new ActorSelectionMessage(message, Path));

    public Task<IActorRef> ResolveOne(TimeSpan timeout) => ResolveOne(timeout, CancellationToken.None);

    /// <summary>The reference of an actor that matches, or <see cref="ActorNotFoundException"/>.</summary>
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

    private static SelectionPathElement ToElement(string text) => text switch
    {
        "**" => SelectChildRecursive.Instance,
        ".." => SelectParent.Instance,
        _ when text.Contains('?') || text.Contains('*') => new SelectChildPattern(text),
        _ => new SelectChildName(text),
    };

    private static void Deliver(IInternalActorRef anchor, IActorRef sender, ActorSelectionMessage selection)
    {
        var current = anchor;
        for (var i = 0; i < selection.Elements.Length; i++)
        {
            if (current is not ActorRefWithCell parent)
            {
                DeliverBeyond(current, sender, selection, i);
                return;
            }

            switch (selection.Elements[i])
            {
                case SelectParent:
                    current = parent.Parent;
                    break;
                case SelectChildName child:
                    current = parent.GetSingleChild(child.Name);
                    if (current is Nobody)
                    {
                        TellNobody(parent, anchor, sender, selection);
                        return;
                    }

                    break;
                case SelectChildPattern pattern:
                    var matching = parent.Children.Where(c => pattern.Matches(c.Path.Name)).ToArray();
                    if (matching.Length == 0)
                        TellNobody(parent, anchor, sender, selection);
                    var fanOut = selection.WildCardFanOut || matching.Length > 1;
                    FanOut(matching, sender, selection.Copy(elements: selection.Elements[(i + 1)..], wildCardFanOut: fanOut));
                    return;
                case SelectChildRecursive:
                    DeliverToAll(parent, sender, selection.Message);
                    return;
            }
        }

        current.Tell(selection.Message, sender);
    }

    // Beyond an actor of this process stand /temp and the dead letters, which look for themselves.
    private static void DeliverBeyond(IInternalActorRef current, IActorRef sender, ActorSelectionMessage selection, int next)
    {
        var rest = selection.Elements[next..];
        if (current is TempContainer && current.GetChild([.. rest.Select(e => e.ToString()!)]) is { } found and not Nobody)
            found.Tell(selection.Message, sender);
        else
            current.Tell(new ActorSelectionMessage(selection.Message, rest), sender);
    }

    private static void TellNobody(ActorRefWithCell parent, IActorRef anchor, IActorRef sender, ActorSelectionMessage selection)
    {
        if (!selection.WildCardFanOut)
            new EmptyLocalActorRef(
                parent.Provider, anchor.Path / selection.Elements.Select(e => e.ToString()!), parent.Underlying.System.EventStream)
                .Tell(selection, sender);
    }

    private static void FanOut(IEnumerable<IActorRef> actors, IActorRef sender, ActorSelectionMessage selection)
    {
        foreach (var actor in actors)
            Deliver((IInternalActorRef)actor, sender, selection);
    }

    private static void DeliverToAll(ActorRefWithCell parent, IActorRef sender, object message)
    {
        foreach (var child in parent.Children)
        {
            child.Tell(message, sender);
            if (child is ActorRefWithCell next)
                DeliverToAll(next, sender, message);
        }
    }
}
