using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Embedded.Tests.Support;
using Xunit;

namespace Akka.Embedded.Tests.Termination;

/// <summary>Tasks in phases that run before a system ends.</summary>
public sealed class CoordinatedShutdownTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<string> _order = new();

    private static ActorSystem System(string name, string hocon = "")
        => ActorSystem.Create(name, hocon + "\nakka { stdout-loglevel = OFF, loglevel = OFF, coordinated-shutdown.default-phase-timeout = 20s }");

    private Func<Task<Done>> Notes(string text) => () =>
    {
        _order.Enqueue(text);
        return Task.FromResult(Done.Instance);
    };

    [Fact]
    public async Task Phases_run_in_order_and_the_system_ends_with_the_last()
    {
        var system = System("phases");
        var shutdown = CoordinatedShutdown.Get(system);
        Assert.Same(shutdown, CoordinatedShutdown.Get(system));
        foreach (var phase in new[]
                 {
                     CoordinatedShutdown.PhaseBeforeActorSystemTerminate, CoordinatedShutdown.PhaseServiceStop,
                     CoordinatedShutdown.PhaseBeforeServiceUnbind, CoordinatedShutdown.PhaseServiceRequestsDone,
                     CoordinatedShutdown.PhaseServiceUnbind,
                 })
            shutdown.AddTask(phase, "note", Notes(phase));
        Assert.Null(shutdown.ShutdownReason);
        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Limit);
        Assert.Equal(["before-service-unbind", "service-unbind", "service-requests-done", "service-stop", "before-actor-system-terminate"], _order);
        Assert.Same(CoordinatedShutdown.UnknownReason.Instance, shutdown.ShutdownReason);
        await system.WhenTerminated.WaitAsync(Limit);
    }

    [Fact]
    public async Task Terminating_the_system_runs_the_phases_too()
    {
        var system = System("by-terminate");
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "note", Notes("service-stop"));
        await system.Terminate().WaitAsync(Limit);
        Assert.Equal(["service-stop"], _order);
        Assert.Same(CoordinatedShutdown.ActorSystemTerminateReason.Instance, shutdown.ShutdownReason);
    }

    [Fact]
    public async Task Unless_the_configuration_says_otherwise()
    {
        var system = System("not-by-terminate", "akka.coordinated-shutdown.run-by-actor-system-terminate = off");
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceStop, "note", Notes("service-stop"));
        await system.Terminate().WaitAsync(Limit);
        Assert.Empty(_order);
    }

    [Fact]
    public async Task The_system_can_be_left_running()
    {
        var system = System("left-running", """
            akka.coordinated-shutdown { terminate-actor-system = off, run-by-actor-system-terminate = off }
            """);
        await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Limit);
        Assert.False(system.WhenTerminated.IsCompleted);
        await system.Terminate().WaitAsync(Limit);
    }

    [Fact]
    public async Task A_phase_waits_for_its_tasks_which_run_side_by_side()
    {
        var system = System("side-by-side");
        var shutdown = CoordinatedShutdown.Get(system);
        var one = new TaskCompletionSource<Done>();
        var two = new TaskCompletionSource<Done>();
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "one", () =>
        {
            two.SetResult(Done.Instance);
            return one.Task;
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "two", async () =>
        {
            await two.Task;
            _order.Enqueue("stop");
            one.SetResult(Done.Instance);
            return Done.Instance;
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "after", Notes("after"));
        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Limit);
        Assert.Equal(["stop", "after"], _order);
    }

    [Fact]
    public async Task A_task_that_fails_does_not_stop_the_phases_after_it()
    {
        var system = System("fails");
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "throws", () => throw new Boom("at once"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "fails", () => Task.FromException<Done>(new Boom("later")));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "note", Notes("on"));
        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Limit);
        Assert.Equal(["on"], _order);
    }

    [Fact]
    public async Task A_phase_that_takes_too_long_is_left_behind()
    {
        var system = System("slow", "akka.coordinated-shutdown.phases.service-unbind.timeout = 50ms");
        var shutdown = CoordinatedShutdown.Get(system);
        Assert.Equal(TimeSpan.FromMilliseconds(50), shutdown.Timeout(CoordinatedShutdown.PhaseServiceUnbind));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "never", () => new TaskCompletionSource<Done>().Task);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "note", Notes("on"));
        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Limit);
        Assert.Equal(["on"], _order);
    }

    [Fact]
    public async Task It_runs_once_however_often_it_is_called()
    {
        var system = System("once");
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "note", Notes("once"));
        var first = shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
        var second = shutdown.Run(CoordinatedShutdown.UnknownReason.Instance);
        await Task.WhenAll(first, second).WaitAsync(Limit);
        Assert.Equal(["once"], _order);
        Assert.Same(CoordinatedShutdown.ClrExitReason.Instance, shutdown.ShutdownReason);
    }

    [Fact]
    public async Task It_can_begin_in_the_middle()
    {
        var system = System("middle");
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "note", Notes("skipped"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "note", Notes("run"));
        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance, CoordinatedShutdown.PhaseServiceStop).WaitAsync(Limit);
        Assert.Equal(["run"], _order);
    }

    [Fact]
    public async Task Phases_can_be_added_by_configuration()
    {
        var system = System("added", """
            akka.coordinated-shutdown.phases {
              mine { depends-on = [service-unbind] }
              service-requests-done { depends-on = [mine] }
            }
            """);
        var shutdown = CoordinatedShutdown.Get(system);
        foreach (var phase in new[] { "service-requests-done", "mine", "service-unbind" })
            shutdown.AddTask(phase, "note", Notes(phase));
        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Limit);
        Assert.Equal(["service-unbind", "mine", "service-requests-done"], _order);
    }

    [Fact]
    public async Task A_phase_that_is_not_configured_is_refused()
    {
        var system = System("unknown-phase");
        var shutdown = CoordinatedShutdown.Get(system);
        Assert.Throws<ConfigurationException>(() => shutdown.AddTask("none", "note", Notes("never")));
        Assert.Throws<ArgumentException>(() => shutdown.Timeout("none"));
        await system.Terminate().WaitAsync(Limit);
    }
}
