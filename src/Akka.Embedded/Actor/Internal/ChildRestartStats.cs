namespace Akka.Actor.Internal;

/// <summary>A child, and how often it was restarted lately.</summary>
public sealed class ChildRestartStats(IInternalActorRef child)
{
    private long _windowStart;

    public IInternalActorRef Child { get; } = child;

    public long Uid => Child.Path.Uid;

    public uint MaxNrOfRetriesCount { get; private set; }

    /// <summary>Counts a restart, and answers whether it is within the limit. Negative values mean no limit, no window.</summary>
    public bool RequestRestartPermission(int maxNrOfRetries, int withinTimeMilliseconds)
    {
        if (maxNrOfRetries == 0)
            return false;
        if (withinTimeMilliseconds > 0)
            return RequestWithin(maxNrOfRetries > 0 ? maxNrOfRetries : 1, withinTimeMilliseconds);
        return maxNrOfRetries < 0 || ++MaxNrOfRetriesCount <= maxNrOfRetries;
    }

    // The window opens with the first restart, and again with the first one after it has closed.
    private bool RequestWithin(int retries, int milliseconds)
    {
        var now = Environment.TickCount64;
        if (_windowStart == 0)
            _windowStart = now;
        if (now - _windowStart <= milliseconds)
            return ++MaxNrOfRetriesCount <= retries;
        MaxNrOfRetriesCount = 1;
        _windowStart = now;
        return true;
    }
}
