namespace ActorTcp.Polling;

/// <summary>One entry's time on one descriptor, from its being added until it is removed. What was removed is never called again, though the same entry may be added anew.</summary>
internal sealed class Registration(DescriptorWatch watch, IReadyEntry entry, bool once, long addedIn)
{
    private volatile bool _isAlive = true;

    public DescriptorWatch Watch { get; } = watch;

    public IReadyEntry Entry { get; } = entry;

    /// <summary>Whether it is removed before it is called.</summary>
    public bool IsOnce { get; } = once;

    /// <summary>The number of the turn in which it was added, or the last one before: it is called from the next one on.</summary>
    public long AddedIn { get; } = addedIn;

    public bool IsAlive => _isAlive;

    /// <summary>Kept, but not watched for.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>The dispatcher's note of when to call it later.</summary>
    public DueCall? Due { get; set; }

    /// <summary>epoll's bits with which it is called.</summary>
    public uint Interest => IsPaused ? 0 : ReadyBits.Of(Entry.Method);

    /// <summary>Ends it. From any thread; <see cref="DescriptorWatch.Sweep"/> does the rest on the dispatcher's.</summary>
    public void Kill() => _isAlive = false;

    /// <summary>Ends it for good. On the dispatcher's thread.</summary>
    public void Remove()
    {
        if (_isAlive)
        {
            _isAlive = false;
            Watch.Sweep();
        }
    }

    public void Pause(bool paused)
    {
        IsPaused = paused;
        Watch.Sweep();
    }
}
