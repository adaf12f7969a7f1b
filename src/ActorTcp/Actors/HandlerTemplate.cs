using Akka.Actor;

namespace ActorTcp.Actors;

/// <summary>How a listener's connections make and supervise their handlers.</summary>
internal sealed record HandlerTemplate(Props Props, bool KeepOpenOnPeerEof, bool Pull, SupervisorStrategy? Supervision)
{
    /// <summary>A handler that fails is restarted, and given up when it fails more than ten times a minute.</summary>
    private static readonly OneForOneStrategy Default =
        new(10, TimeSpan.FromMinutes(1), SupervisorStrategy.DefaultDecider);

    /// <summary>The strategy of one connection, which notes that its handler failed. One that is neither one-for-one nor all-for-one is used as it is.</summary>
    public SupervisorStrategy StrategyOf(Action onFailure) => Supervision switch
    {
        null => Noting(Default.MaxNumberOfRetries, Default.WithinTimeRangeMilliseconds, Default.Decider, onFailure),
        OneForOneStrategy one => Noting(one.MaxNumberOfRetries, one.WithinTimeRangeMilliseconds, one.Decider, onFailure),
        AllForOneStrategy all => Noting(all.MaxNumberOfRetries, all.WithinTimeRangeMilliseconds, all.Decider, onFailure),
        _ => Supervision,
    };

    private static OneForOneStrategy Noting(int retries, int milliseconds, IDecider decider, Action onFailure) =>
        new(
            retries < 0 ? null : retries,
            milliseconds < 0 ? null : TimeSpan.FromMilliseconds(milliseconds),
            failure =>
            {
                onFailure();
                return decider.Decide(failure);
            });
}
