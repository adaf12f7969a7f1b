using ActorTcp.EventLoop;
using Akka.Actor.Setup;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace ActorTcp.Dispatch;

/// <summary>
/// The poll loops of an actor system, each with a dispatcher <c>actortcp.poll-dispatcher-N</c>. The first use of this extension starts them.
/// They stop when the actor system has terminated.
/// </summary>
internal sealed class PollExecutorLoops : IExtension
{
    private static readonly Provider Id = new();

    private readonly PollLoop[] _loops;
    private readonly PollExecutorQueue[] _queues;

    private PollExecutorLoops(ExtendedActorSystem system)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("ActorTcp needs Linux, because its poll loops use epoll(7).");
        }

        system.Settings.InjectTopLevelFallback(
            ConfigurationFactory.FromResource("ActorTcp.actortcp.conf", typeof(PollExecutorLoops).Assembly));
        var count = LoopCount(system.Settings.Config);
        var checksLeases = system.Settings.Config.GetBoolean("actortcp.checked-leases");
        _loops = new PollLoop[count];
        _queues = new PollExecutorQueue[count];
        var log = Logging.GetLogger(system, this);
        var setup = system.Settings.Setup.Get<PollExecutorClockSetup>();
        var clock = setup.HasValue ? setup.Value.Clock : SystemClock.Instance;
        try
        {
            for (var i = 0; i < count; i++)
            {
                _loops[i] = new PollLoop(
                    i,
                    $"{system.Name}-poll-{i}",
                    (loop, failure) => log.Error(failure, "{Loop} caught an exception and continues", loop.Name),
                    clock,
                    checksLeases);
                _queues[i] = new PollExecutorQueue(_loops[i]);
                _loops[i].Work = _queues[i];
                system.Settings.InjectTopLevelFallback(DispatcherConfig(i));
            }
        }
        catch
        {
            // Most likely the process has run out of descriptors, so those of the loops so far must be closed.
            Stop();
            throw;
        }

        foreach (var loop in _loops)
        {
            loop.Start();
        }

        system.RegisterOnTermination(Stop);
    }

    /// <summary>The number of loops.</summary>
    public int Count => _loops.Length;

    public PollLoop this[int index] => _loops[index];

    /// <summary>Starts a task on the thread of each loop. Completes when all these tasks have completed.</summary>
    public Task WhenAll(Func<PollLoop, Task> begin) => Task.WhenAll(_loops.Select(loop =>
    {
        var started = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() => started.SetResult(begin(loop)));
        return started.Task.Unwrap();
    }));

    public static PollExecutorLoops For(ActorSystem system) => system.WithExtension<PollExecutorLoops, Provider>();

    /// <summary>The id of the dispatcher of a loop.</summary>
    public static string DispatcherId(int loop) =>
        string.Create(CultureInfo.InvariantCulture, $"actortcp.poll-dispatcher-{loop}");

    /// <summary>The loop whose number is in a dispatcher's section.</summary>
    /// <exception cref="ConfigurationException"><c>loop</c> is missing or not the number of a loop.</exception>
    public PollLoop LoopOf(Config section) => _loops[IndexOf(section)];

    /// <summary>The run queue of the loop whose number is in a dispatcher's section.</summary>
    /// <exception cref="ConfigurationException"><c>loop</c> is missing or not the number of a loop.</exception>
    public PollExecutorQueue QueueOf(Config section) => _queues[IndexOf(section)];

    private static int LoopCount(Config config)
    {
        var count = config.GetInt("actortcp.loops", 0);
        return count switch
        {
            0 => Environment.ProcessorCount,
            > 0 and <= 1024 => count,
            _ => throw new ConfigurationException($"actortcp.loops is {count}; it must be 0 (as many as processors) to 1024"),
        };
    }

    private static Config DispatcherConfig(int loop) => ConfigurationFactory.ParseString($$"""
        {{DispatcherId(loop)}} {
          type = Dispatcher
          executor = "{{typeof(PollExecutorConfigurator).FullName}}, ActorTcp"
          mailbox-type = "{{typeof(PollExecutorMailbox).FullName}}, ActorTcp"
          throughput = 64
          loop = {{loop}}
        }
        """);

    private int IndexOf(Config section)
    {
        var index = section.GetInt("loop", -1);
        return (uint)index < (uint)_loops.Length
            ? index
            : throw new ConfigurationException(
                $"loop of dispatcher {section.GetString("id", "?")} is {index}; it must be the number of a poll loop, 0 to {_loops.Length - 1}");
    }

    private void Stop()
    {
        foreach (var loop in _loops)
        {
            // Null if the constructor failed.
            loop?.Stop();
        }
    }

    private sealed class Provider : ExtensionIdProvider<PollExecutorLoops>
    {
        public override PollExecutorLoops CreateExtension(ExtendedActorSystem system) => new(system);
    }
}

/// <summary>Sets the clock of an actor system's loops, for tests.</summary>
internal sealed class PollExecutorClockSetup(ILoopClock clock) : Setup
{
    public ILoopClock Clock { get; } = clock;
}
