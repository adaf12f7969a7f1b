using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Akka.Embedded.Tests.Hosting;

/// <summary>Actors found by a type as the key, and asked for by services.</summary>
public sealed class RegistryTests : HostingTest
{
    private sealed class KeyA;

    private sealed class KeyB;

    private static IActorRef Actor(IHost host) => System(host).ActorOf(Props.Create(() => new Echo()));

    [Fact]
    public async Task What_is_registered_is_found_under_its_key()
    {
        var host = await Start(_ => { });
        var registry = Get<ActorRegistry>(host);
        var (a, b) = (Actor(host), Actor(host));
        registry.Register<KeyA>(a);
        Assert.True(registry.TryRegister<KeyB>(b));
        Assert.Equal(a, registry.Get<KeyA>());
        Assert.True(registry.TryGet<KeyB>(out var found));
        Assert.Equal(b, found);
        Assert.True(registry.TryGet(typeof(KeyA), out found));
        Assert.Equal(a, found);
        Assert.Equal([a, b], new[] { registry.ToDictionary(e => e.Key, e => e.Value)[typeof(KeyA)], registry.Get<KeyB>() });
    }

    [Fact]
    public async Task A_key_is_taken_once_unless_it_is_to_be_overwritten()
    {
        var host = await Start(_ => { });
        var registry = Get<ActorRegistry>(host);
        var (a, b) = (Actor(host), Actor(host));
        registry.Register<KeyA>(a);
        Assert.False(registry.TryRegister<KeyA>(b));
        Assert.False(registry.TryRegister(typeof(KeyA), b));
        Assert.Throws<DuplicateActorRegistryException>(() => registry.Register<KeyA>(b));
        Assert.Equal(a, registry.Get<KeyA>());
        registry.Register<KeyA>(b, true);
        Assert.Equal(b, registry.Get<KeyA>());
        Assert.True(registry.TryRegister<KeyA>(a, true));
        Assert.Equal(a, registry.Get<KeyA>());
    }

    [Fact]
    public async Task What_is_not_registered_is_missing()
    {
        var registry = Get<ActorRegistry>(await Start(_ => { }));
        Assert.False(registry.TryGet<KeyA>(out var nobody));
        Assert.Same(ActorRefs.Nobody, nobody);
        Assert.Throws<MissingActorRegistryEntryException>(() => registry.Get<KeyA>());
        Assert.Throws<ArgumentNullException>(() => registry.Register<KeyA>(null!));
        Assert.False(registry.TryRegister<KeyA>(null!));
    }

    [Fact]
    public async Task One_can_wait_for_a_registration()
    {
        var host = await Start(_ => { });
        var registry = Get<ActorRegistry>(host);
        var waiting = registry.GetAsync<KeyA>();
        var alsoWaiting = registry.GetAsync(typeof(KeyA));
        Assert.False(waiting.IsCompleted);
        var a = Actor(host);
        registry.Register<KeyA>(a);
        Assert.Equal([a, a], await Task.WhenAll(waiting, alsoWaiting).WaitAsync(Limit));
        Assert.Equal(a, await registry.GetAsync<KeyA>());
    }

    [Fact]
    public async Task Waiting_can_be_cancelled()
    {
        var registry = Get<ActorRegistry>(await Start(_ => { }));
        using var cancellation = new CancellationTokenSource();
        var waiting = registry.GetAsync<KeyA>(cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Limit));
    }

    [Fact]
    public async Task A_service_can_require_an_actor()
    {
        var host = await Start((builder, _) => builder.WithActors((system, registry) =>
            registry.Register<Echo>(system.ActorOf(Props.Create(() => new Echo()), "echo"))), services => services.AddSingleton<Client>());
        Assert.Equal("echo", Get<Client>(host).Actor.ActorRef.Path.Name);
        Assert.Equal(Get<Client>(host).Actor.ActorRef, await Get<IRequiredActor<Echo>>(host).GetAsync());
    }

    [Fact]
    public async Task A_required_actor_that_is_missing_is_named_or_waited_for()
    {
        var host = await Start(_ => { });
        var error = Assert.Throws<MissingActorRegistryEntryException>(() => Get<IRequiredActor<KeyB>>(host).ActorRef);
        Assert.Contains(nameof(KeyB), error.Message, StringComparison.Ordinal);
        // Another key: Akka.Hosting gives out Nobody after such a failure.
        var required = Get<IRequiredActor<KeyA>>(host);
        var waiting = required.GetAsync();
        Assert.False(waiting.IsCompleted);
        var a = Actor(host);
        Get<ActorRegistry>(host).Register<KeyA>(a);
        Assert.Equal(a, await waiting.WaitAsync(Limit));
        Assert.Equal(a, required.ActorRef);
    }

    [Fact]
    public async Task A_hosted_service_that_starts_earlier_can_wait_for_its_actor()
    {
        var host = await Start((builder, _) => builder.WithActors((system, registry) =>
            registry.Register<Echo>(system.ActorOf(Props.Create(() => new Echo()), "echo"))), services =>
        {
            services.AddSingleton<Service>();
            services.AddHostedService(p => p.GetRequiredService<Service>());
        });
        Assert.Equal("m", await Get<Service>(host).Answer.Task.WaitAsync(Limit));
    }

    private sealed record Client(IRequiredActor<Echo> Actor);

    private sealed class Service(IRequiredActor<Echo> actor) : BackgroundService
    {
        public TaskCompletionSource<string> Answer { get; } = new();

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            => Answer.SetResult(await (await actor.GetAsync(stoppingToken)).Ask<string>("m", Limit, stoppingToken));
    }
}
