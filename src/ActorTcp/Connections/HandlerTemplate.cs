using ActorTcp.Framing;
using Akka.Actor.Internal;
using Akka.Actor;

namespace ActorTcp.Connections;

/// <summary>How a listener's connections make and supervise their handlers.</summary>
internal sealed record HandlerTemplate(Props Props, bool KeepOpenOnPeerEof, bool Pull, SupervisorStrategy? Supervision, IFraming? Framing)
{
    /// <summary>A handler that fails is restarted, and given up when it fails more than ten times a minute.</summary>
    private static readonly OneForOneStrategy Default =
        new(10, TimeSpan.FromMinutes(1), SupervisorStrategy.DefaultDecider);

    /// <summary>The handlers of one loop's connections: they live on that loop, unless their Props name a dispatcher. Null without Props.</summary>
    public static HandlerTemplate? On(string dispatcher, Props? props, bool keepOpenOnPeerEof, bool pull, SupervisorStrategy? supervision, IFraming? framing)
    {
        if (props is null)
        {
            return null;
        }

        var pinned = props.Deploy.Dispatcher == Deploy.NoDispatcherGiven ? props.WithDispatcher(dispatcher) : props;
        return new HandlerTemplate(pinned, keepOpenOnPeerEof, pull, supervision, framing);
    }

    /// <summary>The strategy of one connection, which tells when it gives the handler up. A strategy of the user's own making is used as it is.</summary>
    public SupervisorStrategy StrategyOf(Action onGivenUp) => Supervision switch
    {
        null => new HandlerStrategy(Default.MaxNumberOfRetries, Default.WithinTimeRangeMilliseconds, Default.Decider, onGivenUp),
        OneForOneStrategy one when one.GetType() == typeof(OneForOneStrategy) =>
            new HandlerStrategy(one.MaxNumberOfRetries, one.WithinTimeRangeMilliseconds, one.Decider, onGivenUp),
        AllForOneStrategy all when all.GetType() == typeof(AllForOneStrategy) =>
            new HandlerStrategy(all.MaxNumberOfRetries, all.WithinTimeRangeMilliseconds, all.Decider, onGivenUp),
        _ => Supervision,
    };
}

/// <summary>Supervises a connection's one child, its handler, and tells when it is given up: stopped, past its restarts, or escalated.</summary>
internal sealed class HandlerStrategy(int retries, int milliseconds, IDecider decider, Action onGivenUp)
    : OneForOneStrategy(retries, milliseconds, decider)
{
    public override void ProcessFailure(
        IActorContext context,
        bool restart,
        IActorRef child,
        Exception cause,
        ChildRestartStats stats,
        IReadOnlyCollection<ChildRestartStats> children)
    {
        if (restart && stats.RequestRestartPermission(MaxNumberOfRetries, WithinTimeRangeMilliseconds))
        {
            RestartChild(child, cause, suspendFirst: false);
        }
        else
        {
            onGivenUp();
            context.Stop(child);
        }
    }

    protected override Directive Handle(IActorRef child, Exception exception)
    {
        var directive = base.Handle(child, exception);
        if (directive == Directive.Escalate)
        {
            onGivenUp();
        }

        return directive;
    }
}
