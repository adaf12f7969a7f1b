using System.Collections;

namespace Akka.Actor.Internal;

/// <summary>
/// The children of a cell. Changed by the actor on its turn, and by other threads that create top-level actors or
/// look actors up; hence the lock. Enumerating it gives the children as they are at that moment.
/// </summary>
internal sealed class ChildrenContainer : IEnumerable<IInternalActorRef>
{
    public static readonly ChildrenContainer Terminated = new() { _isTerminated = true };

    private readonly Dictionary<string, ChildRestartStats> _byName = [];
    private SuspendReason _reason;
    private long _lastName = -1;
    private int _dying;
    private bool _isTerminated;

    public bool IsTerminating
    {
        get
        {
            lock (_byName)
                return IsEnding;
        }
    }

    /// <summary>Neither stopping nor waiting in order to restart.</summary>
    public bool IsNormal
    {
        get
        {
            lock (_byName)
                return !_isTerminated && _reason is SuspendReason.None or SuspendReason.UserRequest;
        }
    }

    public bool IsWaitingForChildren
    {
        get
        {
            lock (_byName)
                return _reason is SuspendReason.Creation or SuspendReason.Recreation;
        }
    }

    private bool IsEnding => _isTerminated || _reason == SuspendReason.Termination;

    public string NextName(string prefix) => Util.Base64Name.Encode(Interlocked.Increment(ref _lastName), prefix);

    /// <summary>Throws where a child of this name could not be added.</summary>
    public void EnsureFree(string name)
    {
        lock (_byName)
            ThrowUnlessFree(name);
    }

    public void Add(IInternalActorRef child)
    {
        lock (_byName)
        {
            ThrowUnlessFree(child.Path.Name);
            _byName.Add(child.Path.Name, new ChildRestartStats(child));
        }
    }

    public ChildRestartStats? Find(string name)
    {
        lock (_byName)
            return _byName.GetValueOrDefault(name);
    }

    public ChildRestartStats? Find(IActorRef child)
    {
        lock (_byName)
            return FindLocked(child);
    }

    public ChildRestartStats[] GetStats()
    {
        lock (_byName)
            return [.. _byName.Values];
    }

    public IInternalActorRef[] GetChildren()
    {
        lock (_byName)
        {
            var children = new IInternalActorRef[_byName.Count];
            var i = 0;
            foreach (var stats in _byName.Values)
                children[i++] = stats.Child;
            return children;
        }
    }

    public IEnumerator<IInternalActorRef> GetEnumerator() => ((IEnumerable<IInternalActorRef>)GetChildren()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The child was told to stop, and its name stays taken until it has.</summary>
    public void MarkDying(IActorRef child)
    {
        lock (_byName)
        {
            if (FindLocked(child) is not { IsDying: false } stats)
                return;
            stats.IsDying = true;
            _dying++;
            if (_reason == SuspendReason.None)
                _reason = SuspendReason.UserRequest;
        }
    }

    /// <summary>Sets what is waited for; false if no child is dying, so that there is nothing to wait for.</summary>
    public bool TrySetReason(SuspendReason reason)
    {
        lock (_byName)
        {
            if (_dying == 0)
                return false;
            _reason = reason;
            return true;
        }
    }

    /// <summary>Answers the reason that was waited for if this was the last of the dying children.</summary>
    public SuspendReason Remove(IActorRef child)
    {
        lock (_byName)
        {
            if (FindLocked(child) is not { } stats)
                return SuspendReason.None;
            _byName.Remove(child.Path.Name);
            if (!stats.IsDying || --_dying > 0)
                return SuspendReason.None;
            var reason = _reason;
            _reason = SuspendReason.None;
            _isTerminated = reason == SuspendReason.Termination;
            return reason;
        }
    }

    public void SetTerminated()
    {
        lock (_byName)
            _isTerminated = true;
    }

    private ChildRestartStats? FindLocked(IActorRef child) =>
        _byName.TryGetValue(child.Path.Name, out var stats) && stats.Child.Equals(child) ? stats : null;

    private void ThrowUnlessFree(string name)
    {
        if (IsEnding)
            throw new InvalidOperationException("Cannot create child while terminating or terminated");
        if (_byName.ContainsKey(name))
            throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
    }
}
