using ActorTcp.Polling;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Actors;

/// <summary>ActorTcp in an actor system: its poll loops and its manager. Made when first asked for, by <see cref="ActorTcpSystemExtensions.ActorTcp"/>.</summary>
public sealed class ActorTcpExtension : IExtension
{
    internal ActorTcpExtension(ExtendedActorSystem system)
    {
        Settings = ActorTcpSettings.Read(system.Settings.Config);
        var stop = new CoordinatedStop(system, Settings);
        Loops = PollExecutorLoops.For(system);
        var resolver = system.Settings.Setup.Get<HostResolverSetup>();
        Lookups = new HostLookups(resolver.HasValue ? resolver.Value.Resolver : SystemResolver.Instance, $"{system.Name}-lookup");
        Meters = new TcpMeters(system.Name, Loops);
        system.RegisterOnTermination(Meters.Dispose);
        TcpWatchdog.Watch(system, Loops, Settings.Watchdog.Stall);
        for (var i = 0; i < Loops.Count; i++)
        {
            // A dispatcher whose last actor stops has Akka's scheduler shut it down later, and that thread then wakes up every 10 ms for ever.
            // With an actor that stays, no poll dispatcher is ever empty.
            system.SystemActorOf(
                Props.Empty.WithDeploy(Deploy.Local.WithDispatcher(PollExecutorLoops.DispatcherId(i))),
                string.Create(CultureInfo.InvariantCulture, $"actortcp-resident-{i}"));
        }

        Manager = system.SystemActorOf(
            Props.Create(() => new TcpManagerActor(Loops, Settings)).WithDeploy(Deploy.Local),
            "actortcp");
        stop.Register(Manager, Loops);
    }

    /// <summary>The settings that the system began with.</summary>
    public ActorTcpSettings Settings { get; }

    /// <summary>
    /// Supervises all listeners, connectors and adopted connections; send it <see cref="ListenerProtocol.Bind"/>,
    /// <see cref="ConnectorProtocol.Connect"/> or <see cref="AdoptionProtocol.Adopt"/>.
    /// From any thread.
    /// </summary>
    public IActorRef Manager { get; }

    /// <summary>How many poll loops there are.</summary>
    public int LoopCount => Loops.Count;

    internal PollExecutorLoops Loops { get; }

    internal HostLookups Lookups { get; }

    internal TcpMeters Meters { get; }

    /// <summary>The id of the Akka dispatcher that runs on a poll loop, for actors that are to live there.</summary>
    /// <param name="loop">The loop's number, 0 to <see cref="LoopCount"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such loop.</exception>
    public string DispatcherOf(int loop)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(loop);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(loop, LoopCount);
        return PollExecutorLoops.DispatcherId(loop);
    }
}

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
