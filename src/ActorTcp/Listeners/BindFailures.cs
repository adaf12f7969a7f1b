using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Listeners;

/// <summary>Answers a Bind that failed.</summary>
internal static class BindFailures
{
    /// <summary>Why a command that would make a connection fails with ESHUTDOWN.</summary>
    public const string SystemStops = "the actor system is stopping";

    /// <summary>Sends the answer to the binder. A Bind without a sender has nobody who receives it, so it is logged.</summary>
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
