using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Akka.Embedded.Tests.Hosting;

/// <summary>A test with a host that has a system in it.</summary>
public abstract class HostingTest : IAsyncLifetime
{
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly List<IHost> _hosts = [];

    protected async Task<IHost> Start(Action<AkkaConfigurationBuilder, IServiceProvider> akka, Action<IServiceCollection>? services = null)
    {
        var host = Build(akka, services);
        await host.StartAsync().WaitAsync(Limit);
        return host;
    }

    protected Task<IHost> Start(Action<AkkaConfigurationBuilder> akka) => Start((builder, _) => akka(builder));

    protected IHost Build(Action<AkkaConfigurationBuilder, IServiceProvider> akka, Action<IServiceCollection>? services = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.Trace);
        services?.Invoke(builder.Services);
        builder.Services.AddAkka("hosted", (akkaBuilder, provider) =>
        {
            akkaBuilder.AddHocon(ConfigurationFactory.ParseString("akka.stdout-loglevel = OFF"), HoconAddMode.Append);
            akka(akkaBuilder, provider);
        });
        var host = builder.Build();
        _hosts.Add(host);
        return host;
    }

    protected static T Get<T>(IHost host) where T : notnull => host.Services.GetRequiredService<T>();

    protected static ActorSystem System(IHost host) => Get<ActorSystem>(host);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync().WaitAsync(Limit);
            host.Dispose();
        }
    }

    protected sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(m => Sender.Tell(m));
    }
}
