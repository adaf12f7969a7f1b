using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Listeners;

/// <summary>Sends the answer to a Bind that failed.</summary>
internal static class BindFailures
{
    /// <summary>The reason in the text of ESHUTDOWN failures.</summary>
    public const string SystemStops = "the actor system is stopping";

    /// <summary>Sends the failure to the sender of the Bind, or logs it if the Bind has no sender.</summary>
    public static void Tell(IActorRef binder, ListenerProtocol.BindFailed failed, IActorContext context, ILoggingAdapter log)
    {
        if (binder.IsNobody())
        {
            log.WithContext("Errno", failed.Errno).Warning("{Text}", failed.Text);
        }
        else
        {
            binder.Tell(failed, context.Self);
        }
    }
}
