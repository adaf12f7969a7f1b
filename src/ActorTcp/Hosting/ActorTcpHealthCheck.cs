using ActorTcp.EventLoop;
using Akka.Actor;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ActorTcp.Hosting;

/// <summary>
/// A health check of the poll loops, the servers and the clients of a host. Add it with <c>services.AddHealthChecks().AddActorTcp()</c>.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item><description>Healthy: each poll loop answers within <c>actortcp.health-timeout</c>, each server listens on all its addresses, and each
/// client is connected.</description></item>
/// <item><description>Degraded: a listener has its maximum number of connections, or has run out of descriptors, or a client is not
/// connected.</description></item>
/// <item><description>The failure status of the registration, by default Unhealthy: a loop or an actor does not answer, or a server does not
/// listen on one of its addresses.</description></item>
/// </list>
/// The data contain the response time of each loop in milliseconds (<c>loop:0</c>), and the state of each listener
/// (<c>server:chat 127.0.0.1:2323</c>) and of each client (<c>client:upstream</c>). Can be called from any thread, and does not block it.
/// </remarks>
/// <param name="system">The actor system of the host.</param>
public sealed class ActorTcpHealthCheck(ActorSystem system) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var failed = context.Registration?.FailureStatus ?? HealthStatus.Unhealthy;
        if (system.WhenTerminated.IsCompleted)
        {
            return new HealthCheckResult(failed, "The actor system has terminated");
        }

        var tcp = system.ActorTcp();
        var limit = tcp.Settings.HealthTimeout;
        var checks = Enumerable.Range(0, tcp.Loops.Count).Select(i => CheckAsync(tcp.Loops[i], limit, cancellationToken))
            .Concat(system.TcpServers().All.SelectMany(server => CheckAsync(server, limit, cancellationToken)))
            .Concat(system.TcpClients().All.Select(client => CheckAsync(client, limit, cancellationToken)));
        var results = await Task.WhenAll(checks).ConfigureAwait(false);
        var faults = results.Where(result => result.Status != HealthStatus.Healthy).ToList();
        var worst = results.Min(result => result.Status);
        return new HealthCheckResult(
            worst == HealthStatus.Unhealthy ? failed : worst,
            faults.Count == 0 ? "All loops answer and all servers listen" : string.Join("; ", faults.Select(fault => $"{fault.Name}: {fault.Value}")),
            null,
            results.ToDictionary(result => result.Name, result => result.Value));
    }

    private static async Task<PartResult> CheckAsync(PollLoop loop, TimeSpan limit, CancellationToken cancellation)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"loop:{loop.Index}");
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = TimeProvider.System.GetTimestamp();
        loop.Post(answer.SetResult);
        try
        {
            await answer.Task.WaitAsync(limit, cancellation).ConfigureAwait(false);
            return new PartResult(name, HealthStatus.Healthy, TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
        }
        catch (TimeoutException)
        {
            return new PartResult(name, HealthStatus.Unhealthy, $"no answer in {limit}");
        }
    }

    private static IEnumerable<Task<PartResult>> CheckAsync(HostedTcpServer server, TimeSpan limit, CancellationToken cancellation)
    {
        foreach (var bound in server.Listeners)
        {
            yield return CheckAsync($"server:{server.Name} {bound.LocalAddress}", bound.Listener, limit, cancellation);
        }

        if (!server.IsBound)
        {
            yield return Task.FromResult(new PartResult($"server:{server.Name}", HealthStatus.Unhealthy, "not bound"));
        }
    }

    private static async Task<PartResult> CheckAsync(string name, IActorRef listener, TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            var description = await listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, limit, cancellation).ConfigureAwait(false);
            var text = string.Create(
                CultureInfo.InvariantCulture,
                $"{description.Phase}, {description.Connections.Count} connections{WarningOf(description)}");
            var status = description.Phase != ListenerPhase.Listening ? HealthStatus.Unhealthy
                : description.IsExhausted || description.IsFull ? HealthStatus.Degraded
                : HealthStatus.Healthy;
            return new PartResult(name, status, text);
        }
        catch (AskTimeoutException)
        {
            return new PartResult(name, HealthStatus.Unhealthy, $"no answer in {limit}");
        }
    }

    private static async Task<PartResult> CheckAsync(HostedTcpClient client, TimeSpan limit, CancellationToken cancellation)
    {
        var name = $"client:{client.Name}";
        if (!client.IsStarted)
        {
            return new PartResult(name, HealthStatus.Unhealthy, "not started");
        }

        try
        {
            var description = await client.Connector.Ask<ConnectorDescription>(ConnectorProtocol.Describe.Instance, limit, cancellation).ConfigureAwait(false);
            var isConnected = description.Phase == ConnectorPhase.Up;
            return new PartResult(name, isConnected ? HealthStatus.Healthy : HealthStatus.Degraded, $"{description.Phase}, {description.Host}:{description.Port}");
        }
        catch (AskTimeoutException)
        {
            return new PartResult(name, HealthStatus.Unhealthy, $"no answer in {limit}");
        }
    }

    private static string WarningOf(ListenerDescription description) => description switch
    {
        { IsExhausted: true } => ", out of descriptors",
        { IsFull: true } => ", its maximum",
        { Accepting: false, Phase: ListenerPhase.Listening } => ", accepting is paused",
        _ => "",
    };

    /// <summary>The result of one loop, listener or client.</summary>
    private sealed record PartResult(string Name, HealthStatus Status, object Value);
}
