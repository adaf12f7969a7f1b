using ActorTcp.Dispatch;
using ActorTcp.EventLoop;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Diagnostics;

/// <summary>The watchdog of an actor system: warns of a stall once when it is found, and once when it has ended.</summary>
internal static class TcpWatchdog
{
    /// <summary>Begins to watch the loops, until the system has terminated.</summary>
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
        var holder = found.Holder ?? "something that is no actor";
        var milliseconds = (long)found.Held.TotalMilliseconds;
        if (found.HasEnded)
        {
            log.Warning("{Loop} turns again: {Holder} held it for {Milliseconds} ms", found.Loop.Name, holder, milliseconds);
        }
        else
        {
            log.Warning(
                "{Loop} has been held by {Holder} for {Milliseconds} ms, and every connection on it waits: what blocks belongs on another dispatcher",
                found.Loop.Name,
                holder,
                milliseconds);
        }
    }
}
