using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>
/// A reference, which ignores whatever it is not derived for. Equal and ordered by path and incarnation.
/// </summary>
public abstract class ActorRefBase : IInternalActorRef
{
    public abstract ActorPath Path { get; }

    public abstract IActorRefProvider Provider { get; }

    public virtual IInternalActorRef Parent => ActorRefs.Nobody;

    public virtual bool IsTerminated => false;

    public void Tell(object message, IActorRef? sender) => TellInternal(message, sender!);

    public virtual IActorRef GetChild(IReadOnlyList<string> name) => name.All(string.IsNullOrEmpty) ? this : ActorRefs.Nobody;

    public virtual void Start() { }

    public virtual void Stop() { }

    public virtual void Suspend() { }

    public virtual void Resume(Exception? causedByFailure = null) { }

    public virtual void Restart(Exception cause) { }

    public virtual void SendSystemMessage(ISystemMessage message) { }

    public bool Equals(IActorRef? other) =>
        ReferenceEquals(this, other) || (other is not null && Path.Uid == other.Path.Uid && Path.Equals(other.Path));

    public override bool Equals(object? obj) => obj is IActorRef other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Path.Uid, Path);

    public int CompareTo(IActorRef? other)
    {
        if (other is null)
            return 1;
        var byPath = Path.CompareTo(other.Path);
        return byPath != 0 ? byPath : Path.Uid.CompareTo(other.Path.Uid);
    }

    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        IActorRef other => CompareTo(other),
        _ => throw new ArgumentException($"Object must be of type IActorRef, found {obj.GetType()} instead.", nameof(obj)),
    };

    public override string ToString() => Path.Uid == ActorCell.UndefinedUid ? $"[{Path}]" : $"[{Path}#{Path.Uid}]";

    protected virtual void TellInternal(object message, IActorRef sender) { }
}
