using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Xunit;

namespace Akka.Embedded.Tests.Extending;

/// <summary>Extensions: one object per system and type, made when it is first asked for or at the start.</summary>
public sealed class ExtensionTests : EngineTest
{
    public sealed class Counter(ExtendedActorSystem system) : IExtension
    {
        private int _count;

        public ExtendedActorSystem System { get; } = system;

        public int Next() => Interlocked.Increment(ref _count);
    }

    public sealed class CounterProvider : ExtensionIdProvider<Counter>
    {
        public override Counter CreateExtension(ExtendedActorSystem system) => new(system);
    }

    public sealed class Eager(ExtendedActorSystem system) : IExtension
    {
        public string SystemName { get; } = system.Name;
    }

    public sealed class EagerProvider : ExtensionIdProvider<Eager>
    {
        public override Eager CreateExtension(ExtendedActorSystem system) => new(system);
    }

    public sealed class Broken : IExtension;

    public sealed class BrokenProvider : ExtensionIdProvider<Broken>
    {
        public override Broken CreateExtension(ExtendedActorSystem system) => throw new Boom("broken");
    }

    public ExtensionTests() : base($"akka.extensions = [\"{typeof(EagerProvider).AssemblyQualifiedName}\"]")
    {
    }

    [Fact]
    public void An_extension_is_made_once_per_system()
    {
        var one = Sys.WithExtension<Counter, CounterProvider>();
        Assert.Same(one, Sys.WithExtension<Counter, CounterProvider>());
        Assert.Same(one, Sys.WithExtension<Counter>(typeof(CounterProvider)));
        Assert.Same(one, Sys.WithExtension<Counter>());
        Assert.Same(one, new CounterProvider().Apply(Sys));
        Assert.Same(one, new CounterProvider().Get(Sys));
        Assert.Same(Sys, one.System);
    }

    [Fact]
    public async Task Another_system_has_its_own()
    {
        var other = ActorSystem.Create("other-extensions");
        Assert.NotSame(Sys.WithExtension<Counter, CounterProvider>(), other.WithExtension<Counter, CounterProvider>());
        await other.Terminate();
    }

    [Fact]
    public void It_can_be_asked_for_without_being_made()
    {
        Assert.False(Sys.HasExtension<Counter>());
        Assert.False(Sys.HasExtension(typeof(Counter)));
        Assert.False(Sys.TryGetExtension<Counter>(out var none));
        Assert.Null(none);
        Assert.Null(Sys.GetExtension<Counter>());
        Assert.Null(Sys.WithExtension<Counter>());

        var made = Sys.RegisterExtension(new CounterProvider());
        Assert.IsType<Counter>(made);
        Assert.True(Sys.HasExtension<Counter>() && Sys.HasExtension(typeof(Counter)));
        Assert.True(Sys.TryGetExtension<Counter>(out var found));
        Assert.True(Sys.TryGetExtension(typeof(Counter), out var untyped));
        Assert.Same(made, found);
        Assert.Same(made, untyped);
        Assert.Same(made, Sys.GetExtension<Counter>());
        Assert.Same(made, Sys.GetExtension(new CounterProvider()));
    }

    [Fact]
    public void Registering_it_again_changes_nothing()
        => Assert.Same(Sys.RegisterExtension(new CounterProvider()), Sys.RegisterExtension(new CounterProvider()));

    [Fact]
    public void A_configured_one_is_made_when_the_system_starts()
    {
        Assert.True(Sys.HasExtension<Eager>());
        Assert.Equal(Sys.Name, Sys.GetExtension<Eager>().SystemName);
    }

    [Fact]
    public async Task Actors_find_it_by_their_system()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Counting()));
        Assert.Equal(1, await actor.Ask<int>("next", Limit));
        Assert.Equal(2, await actor.Ask<int>("next", Limit));
        Assert.Equal(3, Sys.WithExtension<Counter>().Next());
    }

    [Fact]
    public async Task A_configured_one_that_cannot_be_made_does_not_keep_the_system_from_starting()
    {
        var system = ActorSystem.Create("missing-extensions", "akka.extensions = [\"No.Such.Extension, Nowhere\"], akka.stdout-loglevel = OFF, akka.loglevel = OFF");
        Assert.False(system.WhenTerminated.IsCompleted);
        await system.Terminate();
    }

    [Fact]
    public void One_that_cannot_be_made_says_so_to_who_asks()
        => Assert.Throws<Boom>(() => Sys.RegisterExtension(new BrokenProvider()));

    private sealed class Counting : UntypedActor
    {
        protected override void OnReceive(object message)
            => Sender.Tell(Context.System.WithExtension<Counter, CounterProvider>().Next());
    }
}
