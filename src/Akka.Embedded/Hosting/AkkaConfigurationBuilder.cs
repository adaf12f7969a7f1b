using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.DependencyInjection;
using Akka.Hosting.Logging;
using Akka.Util;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Akka.Hosting;

/// <summary>
/// What an actor system of a host is made from. Settings and setups are taken when the system is made; then the
/// actors are started and after them the startup tasks run, each in the order in which they were added.
/// </summary>
public sealed class AkkaConfigurationBuilder(IServiceCollection serviceCollection, string actorSystemName)
{
    public readonly HashSet<Setup> Setups = [];

    private readonly List<Type> _extensions = [];
    private readonly List<StartupTask> _actorStarters = [];
    private readonly List<StartupTask> _startupTasks = [];
    private bool _started;

    public Option<Config> Configuration { get; private set; }

    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry> starter) =>
        Add(_actorStarters, Async(starter));

    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry, IDependencyResolver> starter) =>
        Add(_actorStarters, Async((system, registry) => starter(system, registry, DependencyResolver.For(system).Resolver)));

    public AkkaConfigurationBuilder StartActors(ActorStarter starter) => Add(_actorStarters, starter.Invoke);

    public AkkaConfigurationBuilder StartActors(ActorStarterWithResolver starter) =>
        Add(_actorStarters, (system, registry) => starter(system, registry, DependencyResolver.For(system).Resolver));

    public AkkaConfigurationBuilder AddStartup(Action<ActorSystem, IActorRegistry> startupTask) => Add(_startupTasks, Async(startupTask));

    public AkkaConfigurationBuilder AddStartup(StartupTask startupTask) => Add(_startupTasks, startupTask);

    public AkkaConfigurationBuilder WithExtension<T>()
        where T : IExtensionId => WithExtensions(typeof(T));

    /// <summary>Extensions that are loaded with the system.</summary>
    public AkkaConfigurationBuilder WithExtensions(params Type[] extensions)
    {
        foreach (var extension in extensions)
        {
            if (!typeof(IExtensionId).IsAssignableFrom(extension))
                throw new ConfigurationException($"{extension} is not an extension: it does not implement {nameof(IExtensionId)}.");
            if (extension.IsAbstract || !extension.IsClass)
                throw new ConfigurationException($"{extension} must be a class that is neither abstract nor static.");
            if (!_extensions.Contains(extension))
                _extensions.Add(extension);
        }

        return this;
    }

    internal AkkaConfigurationBuilder AddSetup(Setup setup)
    {
        if (_started)
            return this;
        switch (setup)
        {
            case BootstrapSetup bootstrap:
                if (bootstrap.Config.HasValue)
                    AddHocon(bootstrap.Config.Value, HoconAddMode.Prepend);
                break;
            case DependencyResolverSetup:
                // The host's services are the system's.
                break;
            default:
                Setups.Add(setup);
                break;
        }

        return this;
    }

    internal AkkaConfigurationBuilder AddHocon(Config hocon, HoconAddMode addMode)
    {
        ArgumentNullException.ThrowIfNull(hocon);
        if (_started)
            return this;
        var current = Configuration.GetOrElse(Config.Empty);
        Configuration = addMode switch
        {
            HoconAddMode.Append => current.WithFallback(hocon),
            HoconAddMode.Prepend or HoconAddMode.Replace => hocon.WithFallback(current),
            _ => throw new ArgumentOutOfRangeException(nameof(addMode), addMode, "There is no such mode."),
        };
        return this;
    }

    internal void Bind()
    {
        serviceCollection.AddSingleton(services => services.GetRequiredService<AkkaConfigurationBuilder>().CreateSystem(services));
        serviceCollection.AddSingleton(services => ActorRegistry.For(services.GetRequiredService<ActorSystem>()));
        serviceCollection.AddSingleton<IActorRegistry>(services => services.GetRequiredService<ActorRegistry>());
        serviceCollection.AddSingleton<IReadOnlyActorRegistry>(services => services.GetRequiredService<ActorRegistry>());
        serviceCollection.AddSingleton(typeof(IRequiredActor<>), typeof(RequiredActor<>));
    }

    internal async Task StartAsync(ActorSystem system)
    {
        if (_started)
            return;
        _started = true;
        var registry = ActorRegistry.For(system);
        foreach (var task in _actorStarters.Concat(_startupTasks))
            await task(system, registry).ConfigureAwait(false);
    }

    private static StartupTask Async(Action<ActorSystem, IActorRegistry> action) => (system, registry) =>
    {
        action(system, registry);
        return Task.CompletedTask;
    };

    private AkkaConfigurationBuilder Add(List<StartupTask> tasks, StartupTask task)
    {
        if (!_started)
            tasks.Add(task);
        return this;
    }

    private ActorSystem CreateSystem(IServiceProvider services)
    {
        AddExtensionsToHocon();
        if (!Setups.OfType<LoggerFactorySetup>().Any() && services.GetService<ILoggerFactory>() is { } loggerFactory)
            AddSetup(new LoggerFactorySetup(loggerFactory));

        var setup = BootstrapSetup.Create().WithConfig(Configuration.GetOrElse(Config.Empty)).And(DependencyResolverSetup.Create(services));
        foreach (var added in Setups)
            setup = setup.And(added);
        return ActorSystem.Create(actorSystemName, setup);
    }

    private void AddExtensionsToHocon()
    {
        if (_extensions.Count == 0)
            return;
        var names = _extensions.Select(type => type.AssemblyQualifiedName!)
            .Concat(Configuration.GetOrElse(Config.Empty).GetStringList("akka.extensions"));
        AddHocon($"akka.extensions = [{string.Join(", ", names.Select(HoconText.QuoteValue))}]", HoconAddMode.Prepend);
    }
}
