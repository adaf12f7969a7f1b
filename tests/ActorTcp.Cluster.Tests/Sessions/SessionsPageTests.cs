using System.Diagnostics.Metrics;
using ActorTcp.Framing;
using ActorTcp.Hosting;
using Akka.Cluster.Hosting;
using Akka.Cluster.Hosting.SBR;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorTcp.Cluster.Tests.Sessions;

/// <summary>The examples of docs/sessions.md.</summary>
public sealed class SessionsPageTests
{
    [Fact]
    public async Task Session_of_the_page_continues_on_the_next_connection()
    {
        using var meters = new SessionReadings("notes");
        var builder = Host.CreateEmptyApplicationBuilder(null);
        var (nodeHost, nodePort, seeds, port) = ("127.0.0.1", 0, Array.Empty<string>(), 0);
        builder.Services.AddAkka("notes", akka => akka
            .WithRemoting(nodeHost, nodePort)
            .WithClustering(new ClusterOptions { SeedNodes = seeds, SplitBrainResolver = new KeepMajorityOption() })
            .WithActorTcpSessions<NoteSession>("notes")
            .WithTcpServer<SessionHandler<NoteSession>>("notes", server =>
            {
                server.Listen("127.0.0.1", port);
                server.HandlerOptions = HandlerOptions.Default with { Framing = new LineFraming(1024) };
            }));
        using var host = builder.Build();
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        var cluster = Akka.Cluster.Cluster.Get(system);
        await cluster.JoinAsync(cluster.SelfAddress);

        await using var client = new SessionClient([system.TcpServers()["notes"].LocalAddress.ToIPEndPoint()]);
        client.Send("one");
        await Eventually.HoldsAsync(() => client.Received.Count == 1);
        client.Cut();
        client.Send("two");
        await Eventually.HoldsAsync(() => client.Received.Count == 2);

        Assert.Equal(["1 notes", "2 notes"], client.Received);
        await Eventually.HoldsAsync(() => meters["actortcp.sessions.attached"] == 1);
        Assert.Equal(1, meters["actortcp.sessions.active"]);
        Assert.Equal(1, meters["actortcp.sessions.created"]);
        Assert.Equal(1, meters["actortcp.sessions.resumed"]);
        await client.DisposeAsync();
        await Eventually.HoldsAsync(() => meters["actortcp.sessions.attached"] == 0);
        await host.StopAsync();
    }

    /// <summary>The sums of the meter of an actor system.</summary>
    private sealed class SessionReadings : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentDictionary<string, long> _counters = new();
        private readonly ConcurrentDictionary<string, long> _levels = new();

        public SessionReadings(string system)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "ActorTcp.Sessions" && instrument.Meter.Tags!.Any(tag => tag.Key == "system" && (string?)tag.Value == system))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            {
                if (instrument.IsObservable)
                {
                    _levels[instrument.Name] = value;
                }
                else
                {
                    _counters.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
                }
            });
            _listener.Start();
        }

        public long this[string name]
        {
            get
            {
                _listener.RecordObservableInstruments();
                return _levels.TryGetValue(name, out var level) ? level : _counters.GetValueOrDefault(name);
            }
        }

        public void Dispose() => _listener.Dispose();
    }
}
