using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Xunit;
using Xunit.Abstractions;
using static Akka.Embedded.Tests.Stress.StressProtocol;

namespace Akka.Embedded.Tests.Stress;

/// <summary>
/// A thousand actors in random trees on four dispatchers that send, spawn, crash, stash, watch and stop each other.
/// ENGINE_STRESS_SEED replays a seed as far as threads allow, ENGINE_STRESS_SECONDS sets the time (3 s, 30 s for the
/// full run).
/// </summary>
public sealed class StressTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private const int Batch = 500;

    private static readonly string Hocon = $$"""
        akka { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off }
        stress-fair { type = Dispatcher, executor = thread-pool-executor, throughput = 1 }
        stress-fork { type = ForkJoinDispatcher, throughput = 10, dedicated-thread-pool { thread-count = 2 } }
        stress-thread {
          type = Dispatcher, throughput = 50, shutdown-timeout = 20ms
          executor = "{{typeof(Dispatching.ThreadExecutorConfigurator).AssemblyQualifiedName}}"
        }
        """;

    private static uint Setting(string name, uint otherwise)
        => uint.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    [Fact]
    public async Task No_message_is_lost_or_doubled_every_death_is_told_once_and_nothing_stays_behind()
    {
        var seed = Setting("ENGINE_STRESS_SEED", (uint)Random.Shared.Next());
        var time = TimeSpan.FromSeconds(Setting("ENGINE_STRESS_SECONDS", 3));
        output.WriteLine($"ENGINE_STRESS_SEED={seed}");
        var world = new StressWorld();

        await Live(world, new Dice(seed), time);

        if (world.Errors.IsEmpty)
        {
            // Odd: Akka.NET calls PostStop twice when an actor is stopped while it waits for its children to restart.
            foreach (var node in world.Nodes.Values.Where(n => n.Stopped - n.Started is < 0 or > 1))
                world.Errors.Enqueue($"node {node.Id} was started {node.Started} times and stopped {node.Stopped} times");
            await ExpectCollected(world, false, "of a terminated system", () => { });
        }
        output.WriteLine($"{world.Nodes.Count} actors, {world.Handled} messages, {world.Errors.Count} errors");
        Assert.True(world.Errors.IsEmpty, $"ENGINE_STRESS_SEED={seed}: {world.Errors.Count} errors:\n{string.Join('\n', world.Errors.Take(20))}");
    }

    /// <summary>The life of a system; in a method of its own, so that nothing here holds it afterwards.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task Live(StressWorld world, Dice dice, TimeSpan time)
    {
        var system = ActorSystem.Create("stress", Hocon);
        world.Registrar = system.ActorOf(Props.Create<StressRegistrar>(world), "registrar");
        var root = system.ActorOf(Props.Create<StressRoot>(world), "root");
        try
        {
            await Drive(world, root, dice, time);
            await Quiesce(world, root);
            Verify(world);
            if (world.Errors.IsEmpty)
                await ExpectCollected(world, true, "of dead actors", () => Occupy(system));
        }
        finally
        {
            await system.Terminate().WaitAsync(Limit);
            world.Registrar = ActorRefs.Nobody;
            foreach (var node in world.Nodes.Values)
                node.Die();
        }
    }

    private static async Task Drive(StressWorld world, IActorRef root, Dice dice, TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < time && world.Errors.IsEmpty)
        {
            if (world.Alive < StressWorld.Population / 2)
            {
                for (var i = 0; i < 5; i++)
                    root.Tell(new Act(dice.Next()));
                await Answer(root, Limit);
            }
            var before = world.Acted;
            var told = 0;
            for (var i = 0; i < Batch; i++)
            {
                if (world.Random(ref dice)?.Ref is not { } actor)
                    continue;
                actor.Tell(new Act(dice.Next()), ActorRefs.NoSender);
                told++;
            }
            // Waiting until most have been done keeps the driver from running ahead; some go to the dead.
            var pause = Stopwatch.StartNew();
            while (world.Acted - before < told / 2 && pause.ElapsedMilliseconds < 200)
                await Task.Delay(1);
        }
    }

    private static async Task<bool> Answer(IActorRef? actor, TimeSpan limit)
    {
        if (actor is null)
            return false;
        try
        {
            await actor.Ask<Ping>(Ping.Instance, limit);
            return true;
        }
        catch (AskTimeoutException)
        {
            return false;
        }
    }

    /// <summary>Lets everything that is on its way arrive.</summary>
    private static async Task Quiesce(StressWorld world, IActorRef root)
    {
        var watch = Stopwatch.StartNew();
        var handled = -1L;
        for (var still = 0; still < 3 && world.Errors.IsEmpty;)
        {
            await Answer(root, Limit);
            await Answer(world.Registrar, Limit);
            var living = world.Living.ToArray();
            foreach (var node in living)
                node.Ref?.Tell(Open.Instance, ActorRefs.NoSender);
            var answers = await Task.WhenAll(living.Select(async n => (Node: n, Answered: await Answer(n.Ref, TimeSpan.FromSeconds(1)))));
            await Answer(world.Registrar, Limit);
            var silent = answers.Where(a => !a.Answered && !a.Node.Dead).Select(a => a.Node.Id).ToArray();
            if (silent.Length > 0 && watch.Elapsed > Limit)
                world.Errors.Enqueue($"nodes {string.Join(", ", silent)} live and do not answer");
            still = world.Handled == handled && silent.Length == 0 ? still + 1 : 0;
            handled = world.Handled;
        }
    }

    private static void Verify(StressWorld world)
    {
        foreach (var sender in world.Nodes.Values)
        {
            foreach (var (id, sent) in sender.Sent)
            {
                var receiver = world.Nodes[id];
                var received = receiver.Received.GetValueOrDefault(sender.Id);
                if (received > sent || received < sent && !receiver.Dead)
                    world.Errors.Enqueue($"node {id} got {received} of the {sent} messages of node {sender.Id}");
            }
            if (sender.Dead)
                continue;
            foreach (var id in sender.Watching.Where(id => world.Nodes[id].Dead))
                world.Errors.Enqueue($"node {sender.Id} was not told of the death of node {id}");
        }
    }

    /// <summary>Gives every thread of the dispatchers something else in hand than the last actor that it ran.</summary>
    private static void Occupy(ActorSystem system)
    {
        foreach (var dispatcher in StressWorld.Dispatchers.Select(system.Dispatchers.Lookup))
        {
            for (var i = 0; i < 20; i++)
                dispatcher.Schedule(() => Thread.Sleep(1));
        }
    }

    private static async Task ExpectCollected(StressWorld world, bool ofTheDead, string whose, Action before)
    {
        var watch = Stopwatch.StartNew();
        int held;
        do
        {
            before();
            await Task.Delay(50);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            held = world.Held(ofTheDead);
        }
        while (held > 0 && watch.Elapsed < TimeSpan.FromSeconds(30));
        if (held > 0)
            world.Errors.Enqueue($"{held} references or instances {whose} are still held");
    }
}
