using ActorTcp.Dispatch;
using ActorTcp.EventLoop;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Diagnostics;

/// <summary>Logs a warning when an actor blocks a poll loop, and another one when the loop runs again.</summary>
internal static class TcpWatchdog
{
    /// <summary>Starts to watch the loops. The watchdog stops when the actor system has terminated.</summary>
    public static void Watch(ExtendedActorSystem system, PollExecutorLoops loops, TimeSpan stall)
    {
        if (stall == TimeSpan.Zero)
        {
            return;
        }

        var log = Logging.GetLogger(system, "ActorTcp.Watchdog");
        var watchdog = new LoopWatchdog(
            Enumerable.Range(0, loops.Count).Select(i => loops[i]),
            stall,
            $"{system.Name}-poll-watchdog",
            found => Warn(log, found));
        system.RegisterOnTermination(watchdog.Dispose);
    }

    private static void Warn(ILoggingAdapter log, LoopStall found)
    {
        var holder = found.Holder ?? "code that is not in an actor";
        var milliseconds = (long)found.Held.TotalMilliseconds;
        if (found.HasEnded)
        {
            log.Warning("{Loop} runs again: {Holder} blocked it for {Milliseconds} ms", found.Loop.Name, holder, milliseconds);
        }
        else
        {
            log.Warning(
                "{Loop} has been blocked by {Holder} for {Milliseconds} ms, and all its connections wait; run blocking code on another dispatcher",
                found.Loop.Name,
                holder,
                milliseconds);
        }
    }
}
