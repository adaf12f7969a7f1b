using ActorTcp.Connectors;
using ActorTcp.EventLoop;
using ActorTcp.Listeners;
using Akka.Actor;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ActorTcp.Hosting;

/// <summary>
/// Whether the servers of a host can serve. Healthy: every poll loop answers within <c>actortcp.health-timeout</c>, and every
/// server listens on all its addresses. Degraded: the same, but a listener has as many connections as it may have or is out of
/// descriptors, or a client is not connected. Otherwise what the registration says of a failure, unhealthy as a rule. The data say of
/// each loop (<c>loop:0</c>) how many milliseconds it took to answer, and of each listener (<c>server:chat 127.0.0.1:2323</c>) and
/// client (<c>client:upstream</c>) how it is. From any thread; it holds none while it waits.
/// <code>services.AddHealthChecks().AddActorTcp()</code>
/// </summary>
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
        var findings = await Task.WhenAll(checks).ConfigureAwait(false);
        var faults = findings.Where(finding => finding.Status != HealthStatus.Healthy).ToList();
        var worst = findings.Min(finding => finding.Status);
        return new HealthCheckResult(
            worst == HealthStatus.Unhealthy ? failed : worst,
            faults.Count == 0 ? "All loops answer and all servers listen" : string.Join("; ", faults.Select(fault => $"{fault.Name}: {fault.Value}")),
            null,
            findings.ToDictionary(finding => finding.Name, finding => finding.Value));
    }

    private static async Task<Finding> CheckAsync(PollLoop loop, TimeSpan limit, CancellationToken cancellation)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"loop:{loop.Index}");
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = TimeProvider.System.GetTimestamp();
        loop.Post(answer.SetResult);
        try
        {
            await answer.Task.WaitAsync(limit, cancellation).ConfigureAwait(false);
            return new Finding(name, HealthStatus.Healthy, TimeProvider.System.GetElapsedTime(asked).TotalMilliseconds);
        }
        catch (TimeoutException)
        {
            return new Finding(name, HealthStatus.Unhealthy, $"no answer in {limit}");
        }
    }

    private static IEnumerable<Task<Finding>> CheckAsync(HostedTcpServer server, TimeSpan limit, CancellationToken cancellation)
    {
        foreach (var bound in server.Listeners)
        {
            yield return CheckAsync($"server:{server.Name} {bound.LocalAddress}", bound.Listener, limit, cancellation);
        }

        if (!server.IsBound)
        {
            yield return Task.FromResult(new Finding($"server:{server.Name}", HealthStatus.Unhealthy, "not bound"));
        }
    }

    private static async Task<Finding> CheckAsync(string name, IActorRef listener, TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            var description = await listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, limit, cancellation).ConfigureAwait(false);
            var text = string.Create(
                CultureInfo.InvariantCulture,
                $"{description.Phase}, {description.Connections.Count} connections{Remark(description)}");
            var status = description.Phase != nameof(ListenerPhase.Listening) ? HealthStatus.Unhealthy
                : description.IsExhausted || description.IsFull ? HealthStatus.Degraded
                : HealthStatus.Healthy;
            return new Finding(name, status, text);
        }
        catch (AskTimeoutException)
        {
            return new Finding(name, HealthStatus.Unhealthy, $"no answer in {limit}");
        }
    }

    private static async Task<Finding> CheckAsync(HostedTcpClient client, TimeSpan limit, CancellationToken cancellation)
    {
        var name = $"client:{client.Name}";
        if (!client.IsStarted)
        {
            return new Finding(name, HealthStatus.Unhealthy, "not started");
        }

        try
        {
            var description = await client.Connector.Ask<ConnectorDescription>(ConnectorProtocol.Describe.Instance, limit, cancellation).ConfigureAwait(false);
            var isUp = description.Phase == nameof(ConnectorPhase.Up);
            return new Finding(name, isUp ? HealthStatus.Healthy : HealthStatus.Degraded, $"{description.Phase}, {description.Host}:{description.Port}");
        }
        catch (AskTimeoutException)
        {
            return new Finding(name, HealthStatus.Unhealthy, $"no answer in {limit}");
        }
    }

    private static string Remark(ListenerDescription description) => description switch
    {
        { IsExhausted: true } => ", out of descriptors",
        { IsFull: true } => ", the most it may have",
        { Accepting: false, Phase: nameof(ListenerPhase.Listening) } => ", accepting is paused",
        _ => "",
    };

    private sealed record Finding(string Name, HealthStatus Status, object Value);
}
