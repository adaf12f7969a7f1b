using Akka.Actor;
using Akka.Actor.Internal;

namespace ActorTcp.Actors;

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
