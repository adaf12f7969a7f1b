using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ActorTcp.Hosting;

/// <summary>Adds ActorTcp to the health checks of a host.</summary>
public static class ActorTcpHealthCheckExtensions
{
    /// <summary>Adds <see cref="ActorTcpHealthCheck"/>: the loops, servers and clients of the host's actor system.</summary>
    /// <param name="builder">The host's health checks.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">What it says instead of unhealthy; null: unhealthy.</param>
    /// <param name="tags">Tags to choose it by; null: none.</param>
    /// <param name="timeout">
    /// How long the check may take in all; null: no limit but <c>actortcp.health-timeout</c>, which each loop, server and client has.
    /// </param>
    /// <returns>The builder.</returns>
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
