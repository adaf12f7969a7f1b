using Akka.Actor;
using Akka.Configuration;
using Akka.DependencyInjection;
using Akka.Embedded.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Akka.Embedded.Tests.DependencyInjection;

/// <summary>Actors whose constructors are filled from a container.</summary>
public sealed class ResolverTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private sealed class Single;

    private sealed class Transient;

    private sealed class Scoped : IDisposable
    {
        public bool Disposed { get; private set; }

        public void Dispose() => Disposed = true;
    }

    private sealed class Injected : ReceiveActor
    {
        public Injected(Single single, Transient transient, string text = "default", int number = 0)
        {
            Receive<Exception>(e => throw e);
            ReceiveAny(_ => Sender.Tell((single, transient, $"{text} {number}")));
        }
    }

    private sealed class OwnsScope : ReceiveActor
    {
        private readonly IServiceScope _scope;

        public OwnsScope(IServiceProvider provider)
        {
            _scope = provider.CreateScope();
            ReceiveAny(_ => Sender.Tell(_scope.ServiceProvider.GetRequiredService<Scoped>()));
        }

        protected override void PostStop() => _scope.Dispose();
    }

    private readonly Microsoft.Extensions.DependencyInjection.ServiceProvider _provider = new ServiceCollection()
        .AddSingleton<Single>().AddTransient<Transient>().AddScoped<Scoped>().BuildServiceProvider();

    private readonly ActorSystem _system;

    public ResolverTests() => _system = ActorSystem.Create("injection", BootstrapSetup.Create()
        .WithConfig("akka.stdout-loglevel = OFF, akka.loglevel = OFF").And(DependencyResolverSetup.Create(_provider)));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _system.Terminate().WaitAsync(Limit);
        await _provider.DisposeAsync();
    }

    private DependencyResolver Resolver => DependencyResolver.For(_system);

    private static Task<(Single, Transient, string)> Look(IActorRef actor) => actor.Ask<(Single, Transient, string)>("look", Limit);

    [Fact]
    public async Task Services_fill_the_constructor()
    {
        var (single, transient, text) = await Look(_system.ActorOf(Resolver.Props<Injected>("given", 3)));
        Assert.Same(_provider.GetRequiredService<Single>(), single);
        Assert.NotNull(transient);
        Assert.Equal("given 3", text);
    }

    [Fact]
    public async Task Arguments_are_matched_by_type_and_may_be_left_out()
    {
        Assert.Equal("text 0", (await Look(_system.ActorOf(Resolver.Props<Injected>("text")))).Item3);
        Assert.Equal("default 7", (await Look(_system.ActorOf(Resolver.Props<Injected>(7)))).Item3);
        Assert.Equal("default 0", (await Look(_system.ActorOf(Resolver.Props<Injected>()))).Item3);
        Assert.Equal("text 0", (await Look(_system.ActorOf(Resolver.Props(typeof(Injected), "text")))).Item3);
        Assert.Equal("default 0", (await Look(_system.ActorOf(Resolver.Props(typeof(Injected))))).Item3);
    }

    [Fact]
    public async Task A_restart_resolves_again_with_the_same_arguments()
    {
        var actor = _system.ActorOf(Resolver.Props<Injected>("given", 3));
        var before = await Look(actor);
        actor.Tell(new Boom("x"));
        var after = await Look(actor);
        Assert.Same(before.Item1, after.Item1);
        Assert.NotSame(before.Item2, after.Item2);
        Assert.Equal("given 3", after.Item3);
    }

    [Fact]
    public async Task An_actor_that_makes_a_scope_owns_it()
    {
        var actor = _system.ActorOf(Resolver.Props<OwnsScope>());
        var scoped = await actor.Ask<Scoped>("look", Limit);
        Assert.False(scoped.Disposed);
        Assert.True(await actor.GracefulStop(Limit));
        Assert.True(scoped.Disposed);
    }

    [Fact]
    public void The_resolver_gives_services_itself()
    {
        Assert.Same(_provider.GetRequiredService<Single>(), Resolver.Resolver.GetService<Single>());
        Assert.Same(_provider.GetRequiredService<Single>(), Resolver.Resolver.GetService(typeof(Single)));
        Assert.Null(Resolver.Resolver.GetService<string>());
        Assert.Same(Resolver, DependencyResolver.For(_system));
    }

    [Fact]
    public async Task The_props_can_be_refined_like_any()
    {
        var props = Resolver.Props<Injected>().WithDispatcher("akka.actor.default-blocking-io-dispatcher");
        Assert.Equal("akka.actor.default-blocking-io-dispatcher", props.Dispatcher);
        Assert.Equal("default 0", (await Look(_system.ActorOf(props))).Item3);
    }

    [Fact]
    public void A_type_that_is_no_actor_is_refused()
        => Assert.ThrowsAny<ArgumentException>(() => Resolver.Props(typeof(string)));

    [Fact]
    public async Task Without_a_setup_there_is_no_resolver()
    {
        var system = ActorSystem.Create("no-injection", "akka.stdout-loglevel = OFF, akka.loglevel = OFF");
        Assert.ThrowsAny<ConfigurationException>(() => DependencyResolver.For(system));
        await system.Terminate().WaitAsync(Limit);
    }
}
