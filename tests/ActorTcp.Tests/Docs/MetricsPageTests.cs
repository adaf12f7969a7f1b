using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace ActorTcp.Tests.Docs;

/// <summary>The example of docs/metrics.md: OpenTelemetry collects the meter and the activity source.</summary>
public sealed class MetricsPageTests
{
    /// <summary>No other actor system of the tests has this name. So the meter, whose tag it is, is not mixed with theirs.</summary>
    private const string SystemName = "metrics-page";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task OpenTelemetry_exports_the_metrics_and_the_activity_of_an_echo()
    {
        var exported = new List<Metric>();
        var activities = new ConcurrentBag<Activity>();
        var services = new ServiceCollection();
        services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddMeter("ActorTcp"))
            .WithTracing(tracing => tracing.AddSource("ActorTcp"));
        services.ConfigureOpenTelemetryMeterProvider(builder => builder.AddInMemoryExporter(exported));
        services.ConfigureOpenTelemetryTracerProvider(builder => builder.AddProcessor(new Ended(activities)));
        await using var provider = services.BuildServiceProvider();
        var meters = provider.GetRequiredService<MeterProvider>();
        _ = provider.GetRequiredService<TracerProvider>();

        using var system = ActorSystem.Create(SystemName, "actortcp { loops = 1, drain-timeout = 0s }");
        var port = await EchoAsync(system);

        await Eventually.HoldsAsync(() =>
        {
            exported.Clear();
            Assert.True(meters.ForceFlush());
            return Sum(exported, "actortcp.bytes.received") == 5 && Sum(exported, "actortcp.bytes.sent") == 5;
        });
        Assert.Equal(1, Sum(exported, "actortcp.connections.accepted"));
        await Eventually.HoldsAsync(() => activities.Any(activity => activity.OperationName == "actortcp.connection" && port.Equals(activity.GetTagItem("network.local.port"))));
        await system.Terminate();
    }

    /// <summary>Sends five bytes to an echo server, and receives them.</summary>
    /// <returns>The port of the server.</returns>
    private static async Task<int> EchoAsync(ActorSystem system)
    {
        using var limit = new CancellationTokenSource(Limit);
        var bound = await system.ActorTcp().BindAsync(new ListenerProtocol.Bind(SockAddr.Parse("127.0.0.1:0"), Props.Create<EchoHandler>()), limit.Token);
        await using var client = await Tcp.ConnectAsync(bound.LocalAddress, limit.Token);
        await client.SendAsync("hello"u8.ToArray(), limit.Token);
        var buffer = new byte[5];
        await client.AsStream().ReadExactlyAsync(buffer, limit.Token);
        Assert.Equal("hello", Encoding.UTF8.GetString(buffer));
        return bound.LocalAddress.Port;
    }

    private static long Sum(IEnumerable<Metric> metrics, string name)
    {
        var sum = 0L;
        foreach (var metric in metrics.Where(metric => metric.Name == name && metric.MeterTags?.Contains(new("system", SystemName)) == true))
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                sum += point.GetSumLong();
            }
        }

        return sum;
    }

    private sealed class Ended(ConcurrentBag<Activity> activities) : OpenTelemetry.BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data) => activities.Add(data);
    }
}
