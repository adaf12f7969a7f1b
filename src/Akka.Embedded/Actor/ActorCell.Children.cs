using Akka.Actor.Internal;

namespace Akka.Actor;

public partial class ActorCell
{
    private ChildrenContainer? _children;

    /// <summary>Its parent told it to stop. Used by that one's <see cref="ChildrenContainer"/> only, under its lock.</summary>
    internal bool IsDying { get; set; }

    private ChildrenContainer Children =>
        Volatile.Read(ref _children) ?? Interlocked.CompareExchange(ref _children, new ChildrenContainer(), null) ?? _children;

    private bool IsTerminating => Volatile.Read(ref _children)?.IsTerminating == true;

    private bool IsNormal => Volatile.Read(ref _children)?.IsNormal != false;

    public virtual IActorRef ActorOf(Props props, string? name = null) => AttachChild(props, isSystemService: false, name);

    /// <summary>Creates a child; also from threads other than the actor's.</summary>
    public virtual IActorRef AttachChild(Props props, bool isSystemService, string? name = null)
    {
        var children = Children;
        if (name is null)
            name = children.NextName("$");
        else
            CheckName(name);
        children.EnsureFree(name);

        var child = _system.LocalProvider.ActorOf(props, _self, new ChildActorPath(_self.Path, name, NewUid()));
        AddChild(child);
        child.Start();
        return child;
    }

    public IActorRef Child(string name) => (IActorRef?)Volatile.Read(ref _children)?.Find(name) ?? ActorRefs.Nobody;

    public IEnumerable<IInternalActorRef> GetChildren() => Volatile.Read(ref _children)?.GetChildren() ?? [];

    IEnumerable<IActorRef> IActorContext.GetChildren() => GetChildren();

    /// <summary>The child of this name, which may end in # and a uid, or Nobody.</summary>
    public IInternalActorRef GetSingleChild(string name)
    {
        var (plain, uid) = GetNameAndUid(name);
        return Volatile.Read(ref _children)?.Find(plain) is { } child && (uid == UndefinedUid || uid == child.Path.Uid)
            ? child
            : ActorRefs.Nobody;
    }

    public void Stop(IActorRef child)
    {
        Volatile.Read(ref _children)?.MarkDying(child);
        ((IInternalActorRef)child).Stop();
    }

    internal static long NewUid() => Random.Shared.Next(1, int.MaxValue);

    /// <summary>Makes a reference, whose cell has this one as its parent, known as a child. It is yet to be started.</summary>
    internal void AddChild(LocalActorRef child)
    {
        if (IsFailed)
        {
            for (var i = _mailbox.SuspendCount; i > 0; i--)
                child.Suspend();
        }

        Children.Add(child);
        if (_system.Settings.DebugLifecycle)
            PublishDebug($"now supervising {child.Path}");
    }

    private static void CheckName(string name)
    {
        if (name.Length == 0)
            throw new InvalidActorNameException("Actor name must not be empty.");
        if (!ActorPath.IsValidPathElement(name))
            throw new InvalidActorNameException($"Illegal actor name [{name}]. {ActorPath.ValidActorNameDescription}");
    }

    private void StopChildren()
    {
        foreach (var child in GetChildren())
            Stop(child);
    }

    private void SuspendChildren(IReadOnlyCollection<IActorRef>? except = null)
    {
        foreach (var child in GetChildren())
        {
            if (except?.Contains(child) != true)
                child.Suspend();
        }
    }

    private void ResumeChildren(Exception? causedByFailure, IActorRef? perpetrator)
    {
        foreach (var child in GetChildren())
            child.Resume(child.Equals(perpetrator) ? causedByFailure : null);
    }

    /// <summary>False if there is nothing to wait for.</summary>
    private bool WaitForChildren(SuspendReason reason) => _children?.TrySetReason(reason) == true;

    private void SetTerminated()
    {
        if (Interlocked.CompareExchange(ref _children, ChildrenContainer.Terminated, null) is { } children)
            children.SetTerminated();
    }
}
