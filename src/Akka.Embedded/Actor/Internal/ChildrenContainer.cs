using System.Collections;

namespace Akka.Actor.Internal;

/// <summary>
/// The children of a cell. Changed by the actor on its turn, and by other threads that create top-level actors or
/// look actors up; hence the lock. Enumerating it gives the children as they are at that moment.
/// </summary>
internal sealed class ChildrenContainer : IEnumerable<IInternalActorRef>
{
    public static readonly ChildrenContainer Terminated = new() { _isTerminated = true };

    // Null, the one child, or a dictionary by name from the second on. A child is its LocalActorRef, and from its
    // first failure on its ChildRestartStats.
    private object? _content;
    private SuspendReason _reason;
    private long _lastName = -1;
    private int _dying;
    private bool _isTerminated;

    public bool IsTerminating
    {
        get
        {
            lock (this)
                return IsEnding;
        }
    }

    /// <summary>Neither stopping nor waiting in order to restart.</summary>
    public bool IsNormal
    {
        get
        {
            lock (this)
                return !_isTerminated && _reason is SuspendReason.None or SuspendReason.UserRequest;
        }
    }

    public bool IsWaitingForChildren
    {
        get
        {
            lock (this)
                return _reason is SuspendReason.Creation or SuspendReason.Recreation;
        }
    }

    private bool IsEnding => _isTerminated || _reason == SuspendReason.Termination;

    public string NextName(string prefix) => Util.Base64Name.Encode(Interlocked.Increment(ref _lastName), prefix);

    /// <summary>Throws where a child of this name could not be added.</summary>
    public void EnsureFree(string name)
    {
        lock (this)
            ThrowUnlessFree(name);
    }

    public void Add(LocalActorRef child)
    {
        lock (this)
        {
            ThrowUnlessFree(child.Path.Name);
            Set(child.Path.Name, child);
        }
    }

    public IInternalActorRef? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (this)
            return Get(name) is { } child ? ReferenceOf(child) : null;
    }

    public bool Contains(IActorRef child)
    {
        lock (this)
            return FindLocked(child) is not null;
    }

    public ChildRestartStats? FindStats(IActorRef child)
    {
        lock (this)
            return FindLocked(child) is { } found ? StatsOf(found) : null;
    }

    public ChildRestartStats[] GetStats()
    {
        lock (this)
            return Array.ConvertAll(GetAll(), StatsOf);
    }

    public IInternalActorRef[] GetChildren()
    {
        lock (this)
            return Array.ConvertAll<object, IInternalActorRef>(GetAll(), ReferenceOf);
    }

    public IEnumerator<IInternalActorRef> GetEnumerator() => ((IEnumerable<IInternalActorRef>)GetChildren()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The child was told to stop, and its name stays taken until it has.</summary>
    public void MarkDying(IActorRef child)
    {
        lock (this)
        {
            if (FindLocked(child) is not { } found || ReferenceOf(found).Cell.IsDying)
                return;
            ReferenceOf(found).Cell.IsDying = true;
            _dying++;
            if (_reason == SuspendReason.None)
                _reason = SuspendReason.UserRequest;
        }
    }

    /// <summary>Sets what is waited for; false if no child is dying, so that there is nothing to wait for.</summary>
    public bool TrySetReason(SuspendReason reason)
    {
        lock (this)
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
        lock (this)
        {
            if (FindLocked(child) is not { } found)
                return SuspendReason.None;
            if (_content is Dictionary<string, object> many)
                many.Remove(child.Path.Name);
            else
                _content = null;
            if (!ReferenceOf(found).Cell.IsDying || --_dying > 0)
                return SuspendReason.None;
            var reason = _reason;
            _reason = SuspendReason.None;
            _isTerminated = reason == SuspendReason.Termination;
            return reason;
        }
    }

    public void SetTerminated()
    {
        lock (this)
            _isTerminated = true;
    }

    private static LocalActorRef ReferenceOf(object child) => child as LocalActorRef ?? (LocalActorRef)((ChildRestartStats)child).Child;

    private ChildRestartStats StatsOf(object child)
    {
        if (child is ChildRestartStats known)
            return known;
        var stats = new ChildRestartStats((LocalActorRef)child);
        Set(stats.Child.Path.Name, stats);
        return stats;
    }

    private object? FindLocked(IActorRef child) =>
        Get(child.Path.Name) is { } found && ReferenceOf(found).Equals(child) ? found : null;

    private object? Get(string name) => _content switch
    {
        null => null,
        Dictionary<string, object> many => many.GetValueOrDefault(name),
        var one => ReferenceOf(one).Path.Name == name ? one : null,
    };

    private void Set(string name, object child)
    {
        if (_content is Dictionary<string, object> many)
            many[name] = child;
        else if (_content is null || Get(name) is not null)
            _content = child;
        else
            _content = new Dictionary<string, object> { [ReferenceOf(_content).Path.Name] = _content, [name] = child };
    }

    private object[] GetAll() => _content switch
    {
        null => [],
        Dictionary<string, object> many => [.. many.Values],
        var one => [one],
    };

    private void ThrowUnlessFree(string name)
    {
        if (IsEnding)
            throw new InvalidOperationException("Cannot create child while terminating or terminated");
        if (Get(name) is not null)
            throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
    }
}
