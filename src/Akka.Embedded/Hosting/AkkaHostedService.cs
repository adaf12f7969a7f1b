using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Akka.Hosting;

/// <summary>
/// Starts the actor system and its actors with the host, and runs the coordinated shutdown with it. When the system
/// terminates by itself, the host is told to stop.
/// </summary>
public class AkkaHostedService : IHostedService
{
    protected readonly IServiceProvider ServiceProvider;
    protected readonly AkkaConfigurationBuilder ConfigurationBuilder;
    protected readonly IHostApplicationLifetime? HostApplicationLifetime;
    protected readonly ILogger<AkkaHostedService> Logger;

    protected ActorSystem? ActorSystem;
    protected CoordinatedShutdown? CoordinatedShutdown;

    private static readonly Action<ILogger, Exception?> CannotStart = LoggerMessage.Define(
        Microsoft.Extensions.Logging.LogLevel.Critical, default, "The actor system cannot start; the application ends.");

    public AkkaHostedService(
        AkkaConfigurationBuilder configurationBuilder,
        IServiceProvider serviceProvider,
        ILogger<AkkaHostedService> logger,
        IHostApplicationLifetime? applicationLifetime)
    {
        ConfigurationBuilder = configurationBuilder;
        ServiceProvider = serviceProvider;
        Logger = logger;
        HostApplicationLifetime = applicationLifetime;
    }

    public virtual async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            ActorSystem = ServiceProvider.GetRequiredService<ActorSystem>();
            CoordinatedShutdown = CoordinatedShutdown.Get(ActorSystem);
            await ConfigurationBuilder.StartAsync(ActorSystem).ConfigureAwait(false);
            _ = StopHostAfterAsync(ActorSystem.WhenTerminated);
        }
        catch (Exception e)
        {
            CannotStart(Logger, e);
            // Also where logging is not set up: a host that ends without a word is hard to understand.
            await Console.Out.WriteLineAsync($"The actor system cannot start; the application ends: {e}").ConfigureAwait(false);
            await StopAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    public virtual async Task StopAsync(CancellationToken cancellationToken)
    {
        if (CoordinatedShutdown is not null)
            await CoordinatedShutdown.Run(CoordinatedShutdown.ClrExitReason.Instance).ConfigureAwait(false);
    }

    private async Task StopHostAfterAsync(Task terminated)
    {
        await terminated.ConfigureAwait(false);
        HostApplicationLifetime?.StopApplication();
    }
}
