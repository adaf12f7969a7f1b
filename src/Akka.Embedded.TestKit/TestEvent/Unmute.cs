using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit.TestEvent;

/// <summary>Published to end the work of filters in a <see cref="TestEventListener"/>.</summary>
public sealed class Unmute(IReadOnlyCollection<EventFilterBase> filters) : INoSerializationVerificationNeeded
{
    public Unmute(params EventFilterBase[] filters)
        : this((IReadOnlyCollection<EventFilterBase>)filters) { }

    public IReadOnlyCollection<EventFilterBase> Filters { get; } = filters;
}
