using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Xunit;

namespace Akka.Embedded.Tests.Logging;

/// <summary>What the flags below akka.actor.debug add to the log.</summary>
public sealed class DebugFlagTests : EngineTest
{
    public DebugFlagTests() : base("""
        akka.loglevel = DEBUG
        akka.actor.debug { receive = on, autoreceive = on, lifecycle = on, unhandled = on, event-stream = on }
        """)
    {
    }

    private sealed class Loud : ReceiveActor, ILogReceive
    {
        public Loud()
        {
            Receive<string>(_ => { });
            Receive<Exception>(e => throw e);
        }
    }

    private IActorRef Spawn() => Sys.ActorOf(Props.Create(() => new Loud()), "loud");

    private Task Expect(string contains, Action action) => EventFilter.Debug(contains: contains).ExpectAsync(1, () =>
    {
        action();
        return Task.CompletedTask;
    });

    [Fact]
    public Task Lifecycle_tells_of_starts() => Expect("+Loud)", () => Spawn());

    [Fact]
    public async Task Lifecycle_tells_of_stops()
    {
        var actor = Spawn();
        await EventFilter.Debug(start: "Stopped", source: actor.Path.ToString()).ExpectOneAsync(() =>
        {
            Sys.Stop(actor);
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task Lifecycle_tells_of_restarts()
    {
        var actor = Spawn();
        await EventFilter.Debug(start: "Restarted (", source: actor.Path.ToString()).ExpectOneAsync(() =>
        {
            actor.Tell(new Boom("x"));
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task Lifecycle_tells_of_watchers()
    {
        var actor = Spawn();
        await Expect($"now watched by {TestActor}", () => Watch(actor));
        await Expect($"no longer watched by {TestActor}", () => Unwatch(actor));
    }

    [Fact]
    public Task Receive_tells_of_handled_messages_of_actors_that_ask_for_it()
        => Expect("received handled message hello", () => Spawn().Tell("hello"));

    [Fact]
    public Task Autoreceive_tells_of_messages_that_the_engine_handles_itself()
        => Expect("received AutoReceiveMessage <PoisonPill>", () => Spawn().Tell(PoisonPill.Instance));

    [Fact]
    public Task Unhandled_tells_of_messages_that_nobody_handled()
        => Expect("Unhandled message from", () => Spawn().Tell(42));

    [Fact]
    public Task Event_stream_tells_of_subscriptions()
        => Expect($"subscribing {TestActor} to channel System.Int32", () => Sys.EventStream.Subscribe(TestActor, typeof(int)));
}
