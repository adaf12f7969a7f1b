using Microsoft.Extensions.DependencyInjection;

namespace ActorTcp.Hosting;

/// <summary>Adds what a service of systemd needs from ActorTcp to a host (docs/systemd.md).</summary>
public static class ActorTcpSystemdExtensions
{
    /// <summary>Notifies the watchdog of systemd as long as every poll loop runs.</summary>
    /// <remarks>
    /// <para>If systemd watches the process (<c>WatchdogSec=</c> of its unit), the host sends <c>WATCHDOG=1</c> after each half of that time, from the end of
    /// its start to the end of its stop. Before each notification every poll loop has run code. If an actor blocks a loop, the notifications stop, and
    /// systemd ends the process and starts it again. Without a watchdog the call has no effect.</para>
    /// <para>The package Microsoft.Extensions.Hosting.Systemd (<c>AddSystemd</c>, <c>UseSystemd</c>) sends <c>READY=1</c> and <c>STOPPING=1</c>.</para>
    /// <para>The environment variables are read when the host starts. If one is malformed, the host does not start: it throws an
    /// <see cref="Akka.Configuration.ConfigurationException"/> with the variable, the value and the rule.</para>
    /// </remarks>
    /// <param name="services">The services of the host, which must have an actor system (<c>AddAkka</c>).</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    public static IServiceCollection AddActorTcpSystemdWatchdog(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddHostedService(provider => new SystemdWatchdog(provider, Environment.GetEnvironmentVariable));
    }
}
