using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit.TestEvent;

/// <summary>Published to put filters to work in a <see cref="TestEventListener"/>.</summary>
public sealed class Mute(IReadOnlyCollection<EventFilterBase> filters) : INoSerializationVerificationNeeded
{
    public Mute(params EventFilterBase[] filters)
        : this((IReadOnlyCollection<EventFilterBase>)filters) { }

    public IReadOnlyCollection<EventFilterBase> Filters { get; } = filters;
}
