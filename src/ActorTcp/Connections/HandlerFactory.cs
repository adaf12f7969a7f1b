using Akka.Actor;
using Akka.Actor.Internal;

namespace ActorTcp.Connections;

/// <summary>How the connections of one loop make and supervise their handlers.</summary>
/// <param name="Props">The Props, with a dispatcher.</param>
/// <param name="Options">How the connections serve the handlers.</param>
internal sealed record HandlerFactory(Props Props, HandlerOptions Options)
{
    /// <summary>A handler that fails is restarted, and stopped when it fails more than ten times in a minute.</summary>
    private static readonly OneForOneStrategy Default = new(10, TimeSpan.FromMinutes(1), SupervisorStrategy.DefaultDecider);

    /// <summary>A factory of handlers that run on a loop's dispatcher, unless their Props name another one. Null without Props.</summary>
    public static HandlerFactory? On(string dispatcher, Props? props, HandlerOptions options) => props is null
        ? null
        : new HandlerFactory(props.Deploy.Dispatcher == Deploy.NoDispatcherGiven ? props.WithDispatcher(dispatcher) : props, options);

    /// <summary>
    /// The supervision strategy of one connection. A strategy of the user's own class is used unchanged, and does not call <paramref name="onGivenUp"/>.
    /// </summary>
    public SupervisorStrategy StrategyOf(Action onGivenUp) => Options.Supervision switch
    {
        null => new HandlerStrategy(Default.MaxNumberOfRetries, Default.WithinTimeRangeMilliseconds, Default.Decider, onGivenUp),
        OneForOneStrategy one when one.GetType() == typeof(OneForOneStrategy) =>
            new HandlerStrategy(one.MaxNumberOfRetries, one.WithinTimeRangeMilliseconds, one.Decider, onGivenUp),
        AllForOneStrategy all when all.GetType() == typeof(AllForOneStrategy) =>
            new HandlerStrategy(all.MaxNumberOfRetries, all.WithinTimeRangeMilliseconds, all.Decider, onGivenUp),
        var own => own,
    };
}

/// <summary>Supervises the one child of a connection, its handler. Calls back when the handler will not be restarted.</summary>
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
