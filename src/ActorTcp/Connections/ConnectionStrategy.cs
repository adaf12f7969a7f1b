using Akka.Actor;

namespace ActorTcp.Connections;

/// <summary>
/// Stops a connection that fails: an instance that failed cannot be trusted with its descriptor. The connection learns in PostStop whether it
/// has failed or was stopped from outside; Akka does not say it.
/// </summary>
internal sealed class ConnectionStrategy() : OneForOneStrategy(static _ => Directive.Stop)
{
    private static readonly ConditionalWeakTable<IActorRef, object> Failed = [];

    public static bool HasFailed(IActorRef connection) => Failed.TryGetValue(connection, out _);

    protected override Directive Handle(IActorRef child, Exception exception)
    {
        Failed.TryAdd(child, exception);
        return base.Handle(child, exception);
    }
}
