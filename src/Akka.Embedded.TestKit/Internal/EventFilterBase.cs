using Akka.Event;

namespace Akka.TestKit.Internal;

/// <summary>A filter that reports what it has picked.</summary>
public abstract class EventFilterBase : IEventFilter
{
    private protected EventFilterBase() { }

    public event EventMatched? EventMatched;

    public bool Apply(LogEvent logEvent)
    {
        var isMatch = IsMatch(logEvent);
        if (isMatch)
            EventMatched?.Invoke(this, logEvent);
        return isMatch;
    }

    protected abstract bool IsMatch(LogEvent evt);
}
