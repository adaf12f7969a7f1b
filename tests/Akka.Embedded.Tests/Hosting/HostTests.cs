using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Akka.Embedded.Tests.Hosting;

/// <summary>A system that starts and stops with its host.</summary>
public sealed class HostTests : HostingTest
{
    [Fact]
    public async Task The_system_is_a_service_of_the_host_under_its_name()
    {
        var host = await Start(_ => { });
        Assert.Equal("hosted", System(host).Name);
        Assert.Same(System(host), Get<ActorSystem>(host));
        Assert.Same(ActorRegistry.For(System(host)), Get<ActorRegistry>(host));
        Assert.Same(Get<ActorRegistry>(host), Get<IActorRegistry>(host));
        Assert.Same(Get<ActorRegistry>(host), Get<IReadOnlyActorRegistry>(host));
    }

    [Fact]
    public async Task Actors_start_before_start_up_tasks_each_in_the_order_they_were_given()
    {
        var order = new ConcurrentQueue<string>();
        await Start(builder => builder
            .AddStartup((_, _) => order.Enqueue("startup 1"))
            .WithActors((_, _) => order.Enqueue("actors 1"))
            .AddStartup(async (_, _) =>
            {
                await Task.Yield();
                order.Enqueue("startup 2");
            })
            .WithActors(async (_, _) =>
            {
                await Task.Yield();
                order.Enqueue("actors 2");
            })
            .WithActors((_, _, _) => order.Enqueue("actors 3")));
        Assert.Equal(["actors 1", "actors 2", "actors 3", "startup 1", "startup 2"], order);
    }

    [Fact]
    public async Task Actors_can_be_started_with_the_registry_and_the_resolver()
    {
        var host = await Start((builder, _) => builder
                .WithActors((system, registry) => registry.Register<Echo>(system.ActorOf(Props.Create(() => new Echo()), "one")))
                .WithActors((system, registry, resolver) => registry.Register<Greeter>(system.ActorOf(resolver.Props<Greeter>("Hello"), "two")))
                .WithActors(async (system, registry, resolver) =>
                {
                    await Task.Yield();
                    registry.Register<string>(system.ActorOf(resolver.Props<Greeter>("Bye"), "three"));
                }),
            services => services.AddSingleton(new Audience("world")));
        Assert.Equal("m", await Get<ActorRegistry>(host).Get<Echo>().Ask<string>("m", Limit));
        Assert.Equal("Hello world", await Get<ActorRegistry>(host).Get<Greeter>().Ask<string>("m", Limit));
        Assert.Equal("Bye world", await Get<ActorRegistry>(host).Get<string>().Ask<string>("m", Limit));
    }

    [Fact]
    public async Task The_builder_can_use_the_hosts_services()
    {
        var host = await Start((builder, provider) => builder.AddHocon($"mine = {provider.GetRequiredService<Audience>().Name}", HoconAddMode.Prepend),
            services => services.AddSingleton(new Audience("world")));
        Assert.Equal("world", System(host).Settings.Config.GetString("mine"));
    }

    [Fact]
    public async Task Stopping_the_host_runs_the_coordinated_shutdown()
    {
        var host = await Start(_ => { });
        var system = System(host);
        var ran = new TaskCompletionSource();
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceStop, "note", () =>
        {
            ran.SetResult();
            return Task.FromResult(Done.Instance);
        });
        await host.StopAsync().WaitAsync(Limit);
        Assert.True(ran.Task.IsCompleted);
        Assert.True(system.WhenTerminated.IsCompleted);
        Assert.Same(CoordinatedShutdown.ClrExitReason.Instance, CoordinatedShutdown.Get(system).ShutdownReason);
    }

    [Fact]
    public async Task When_the_system_ends_the_host_is_stopped()
    {
        var host = await Start(_ => { });
        var stopping = new TaskCompletionSource();
        Get<IHostApplicationLifetime>(host).ApplicationStopping.Register(stopping.SetResult);
        await System(host).Terminate().WaitAsync(Limit);
        await stopping.Task.WaitAsync(Limit);
    }

    [Fact]
    public async Task An_actor_starter_that_throws_fails_the_start_of_the_host()
    {
        var host = Build((builder, _) => builder.WithActors((_, _) => throw new InvalidOperationException("no actors")));
        var error = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync().WaitAsync(Limit));
        Assert.Contains("no actors", error.GetBaseException().Message, StringComparison.Ordinal);
        await System(host).WhenTerminated.WaitAsync(Limit);
    }

    [Fact]
    public async Task Configuration_can_be_put_before_behind_or_in_place()
    {
        var host = await Start(builder => builder
            .AddHocon("a = 1, b = 1", HoconAddMode.Append)
            .AddHocon("a = 2, c = 2", HoconAddMode.Append)
            .AddHocon("b = 3, d = 3", HoconAddMode.Prepend));
        var config = System(host).Settings.Config;
        Assert.Equal((1, 3, 2, 3), (config.GetInt("a"), config.GetInt("b"), config.GetInt("c"), config.GetInt("d")));
    }

    [Fact]
    public async Task Configuration_can_come_from_a_file_and_from_the_hosts_own()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "from.file = yes");
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("akka:Actor:AskTimeout", "7s"), new("akka:loglevel", "ERROR")]).Build();
        var host = await Start(builder => builder
            .AddHoconFile(file, HoconAddMode.Append)
            .AddHocon(settings.GetSection("akka"), HoconAddMode.Append)
            .AddHocon(settings, HoconAddMode.Prepend));
        File.Delete(file);
        var config = System(host).Settings.Config;
        Assert.Equal("yes", config.GetString("from.file"));
        Assert.Equal("ERROR", config.GetString("akka.loglevel"));
    }

    [Fact]
    public async Task Extensions_setups_and_the_ask_timeout_can_be_given()
    {
        var host = await Start(builder => builder
            .WithExtension<Extending.ExtensionTests.EagerProvider>()
            .WithExtensions(typeof(Extending.ExtensionTests.CounterProvider))
            .AddSetup(new Extra())
            .WithActorAskTimeout(TimeSpan.FromMilliseconds(1234)));
        Assert.True(System(host).HasExtension<Extending.ExtensionTests.Eager>());
        Assert.True(System(host).HasExtension<Extending.ExtensionTests.Counter>());
        Assert.True(System(host).Settings.Setup.Get<Extra>().HasValue);
        Assert.Equal(TimeSpan.FromMilliseconds(1234), System(host).Settings.Config.GetTimeSpan("akka.actor.ask-timeout"));
        Assert.Throws<ConfigurationException>(() => new AkkaConfigurationBuilder(new ServiceCollection(), "x").WithExtensions(typeof(string)));
    }

    private sealed class Extra : Setup;

    private sealed record Audience(string Name);

    private sealed class Greeter : ReceiveActor
    {
        public Greeter(Audience audience, string greeting) => ReceiveAny(_ => Sender.Tell($"{greeting} {audience.Name}"));
    }
}
