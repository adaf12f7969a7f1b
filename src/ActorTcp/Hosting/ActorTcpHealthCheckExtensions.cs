using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ActorTcp.Hosting;

/// <summary>Adds ActorTcp to the health checks of a host.</summary>
public static class ActorTcpHealthCheckExtensions
{
    /// <summary>Adds an <see cref="ActorTcpHealthCheck"/> of the poll loops, the servers and the clients of the host.</summary>
    /// <param name="builder">The host's health checks.</param>
    /// <param name="name">The name of the check. Defaults to <c>actortcp</c>.</param>
    /// <param name="failureStatus">The status of a failure; null, the default, for Unhealthy.</param>
    /// <param name="tags">The tags of the check, by which an endpoint can select it; null, the default, for none.</param>
    /// <param name="timeout">
    /// The maximum time of the whole check; null, the default, for no limit. Each loop, server and client must answer within
    /// <c>actortcp.health-timeout</c> in any case.
    /// </param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IHealthChecksBuilder AddActorTcp(
        this IHealthChecksBuilder builder,
        string name = "actortcp",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCheck<ActorTcpHealthCheck>(name, failureStatus, tags ?? [], timeout ?? Timeout.InfiniteTimeSpan);
    }
}
