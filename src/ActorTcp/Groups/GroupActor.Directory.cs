using Akka.Actor;

namespace ActorTcp.Groups;

/// <content>The names that were registered on this node.</content>
internal partial class GroupActor
{
    private readonly Dictionary<string, LocalName> _names = [];

    protected IReadOnlyDictionary<string, LocalName> Names => _names;

    /// <summary>The actor that has a name, on any node; null if no actor has it.</summary>
    public IActorRef? FindActor(string name) => _names.GetValueOrDefault(name)?.Actor ?? FindElsewhere(name)?.Holder;

    /// <summary>The registration of a name on another node; null if there is none.</summary>
    protected virtual DirectoryProtocol.NameTaken? FindElsewhere(string name) => null;

    /// <summary>A name was registered on this node.</summary>
    protected virtual void OnRegistered(LocalName name)
    {
    }

    /// <summary>A name that was registered on this node has ended.</summary>
    protected virtual void OnUnregistered(LocalName name)
    {
    }

    /// <summary>Another node has an older registration of the name.</summary>
    protected void LoseName(LocalName lost, IActorRef winner)
    {
        Unregister(lost.Name, lost.Actor);
        Send(lost.Owner, new DirectoryProtocol.NameLost(lost.Name, lost.Actor, winner), Self);
    }

    /// <summary>Another node has a younger registration of the name.</summary>
    protected void KeepName(LocalName kept, IActorRef loser) =>
        Send(kept.Owner, new DirectoryProtocol.NameKept(kept.Name, kept.Actor, loser), Self);

    private void Register(GroupCommand.Register register)
    {
        var answer = RegisterName(register);
        register.Answer?.SetResult(answer);
        if (register.Answer is null)
        {
            register.ReplyTo?.Tell(answer, Self);
        }
    }

    private DirectoryProtocol.RegisterAnswer RegisterName(GroupCommand.Register register)
    {
        var (name, actor) = (register.Name, register.Actor);
        if (_names.TryGetValue(name, out var holder))
        {
            return holder.Actor.Equals(actor) ? new DirectoryProtocol.Registered(name, actor) : new DirectoryProtocol.NameTaken(name, holder.Actor, Node);
        }

        if (FindElsewhere(name) is { } taken)
        {
            return taken;
        }

        var owner = register.ReplyTo ?? actor;
        var registered = new LocalName(name, actor, owner, DateTime.UtcNow.Ticks);
        _names.Add(name, registered);
        UsesOf(actor).Names.Add(name);
        OnRegistered(registered);
        return new DirectoryProtocol.Registered(name, actor);
    }

    private void Unregister(string name, IActorRef actor)
    {
        if (_names.TryGetValue(name, out var holder) && holder.Actor.Equals(actor))
        {
            _names.Remove(name);
            EndUse(actor, uses => uses.Names.Remove(name));
            OnUnregistered(holder);
        }
    }
}
