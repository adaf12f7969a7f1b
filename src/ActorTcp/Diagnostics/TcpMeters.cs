using System.Diagnostics.Metrics;
using ActorTcp.Dispatch;
using ActorTcp.EventLoop;
using ActorTcp.Settings;

namespace ActorTcp.Diagnostics;

/// <summary>
/// The meter <c>ActorTcp</c> of an actor system: instruments that read what the loops count when somebody listens. See
/// docs/metrics.md.
/// </summary>
internal sealed class TcpMeters : IDisposable
{
    public const string Name = "ActorTcp";

    private static readonly CloseReason[] Reasons = Enum.GetValues<CloseReason>();

    private readonly LoopMeters[] _loops;
    private readonly KeyValuePair<string, object?>[] _loopTags;
    private readonly KeyValuePair<string, object?>[] _reasonTags =
        [.. Reasons.Select(reason => new KeyValuePair<string, object?>("reason", SettingsKeys.Kebab(reason.ToString())))];

    public TcpMeters(string system, PollExecutorLoops loops)
    {
        Meter = new Meter(new MeterOptions(Name) { Tags = [new("system", system)] });
        _loops = [.. Enumerable.Range(0, loops.Count).Select(i => loops[i].Meters)];
        _loopTags = [.. Enumerable.Range(0, loops.Count).Select(i => new KeyValuePair<string, object?>("loop", i))];
        AddConnections();
        AddLoops(loops);
    }

    public Meter Meter { get; }

    public void Dispose() => Meter.Dispose();

    private void AddConnections()
    {
        Count("actortcp.connections.accepted", "{connection}", "Connections accepted, those beyond a limit included.", loop => loop.Accepted);
        Count("actortcp.connections.refused", "{connection}", "Connections accepted beyond a limit, and closed.", loop => loop.Refused);
        Level("actortcp.connections.active", "{connection}", "Connections that live, outgoing ones included.", loop => loop.Opened - loop.Ended.Sum());
        Meter.CreateObservableCounter(
            "actortcp.connections.closed",
            () => Reasons.Select((reason, i) => new Measurement<long>(_loops.Sum(loop => loop.Ended[(int)reason]), _reasonTags[i])),
            "{connection}",
            "Connections that have ended, by the reason.");
        Count("actortcp.accept.failures", "{failure}", "How often accepting failed, for want of descriptors as a rule.", loop => loop.AcceptFailures);
        Count("actortcp.bytes.received", "By", "Bytes received.", loop => loop.ReceivedBytes);
        Count("actortcp.bytes.sent", "By", "Bytes that the kernel took.", loop => loop.SentBytes);
        Level("actortcp.send.queue", "By", "Bytes that wait to be sent.", loop => loop.QueuedBytes);
    }

    private void AddLoops(PollExecutorLoops loops)
    {
        var utilization = _loops.Select(loop => new Utilization(loop)).ToArray();
        Meter.CreateObservableUpDownCounter(
            "actortcp.loop.queue",
            () => _loopTags.Select((tag, i) => new Measurement<int>(loops[i].Work?.Count ?? 0, tag)),
            "{mailbox}",
            "Mailboxes that wait for their run.");
        Meter.CreateObservableCounter(
            "actortcp.loop.turns", () => PerLoop(i => loops[i].Turn), "{turn}", "Turns of the loop.");
        Meter.CreateObservableCounter(
            "actortcp.loop.busy",
            () => _loopTags.Select((tag, i) => new Measurement<double>(_loops[i].Busy().TotalSeconds, tag)),
            "s",
            "Time in which the loop did not sleep.");
        Meter.CreateObservableGauge(
            "actortcp.loop.utilization",
            () => _loopTags.Select((tag, i) => new Measurement<double>(utilization[i].Now(), tag)),
            "1",
            "The part of the time since the last reading in which the loop did not sleep, 0 to 1.");
        Meter.CreateObservableCounter(
            "actortcp.loop.stalls",
            () => PerLoop(i => _loops[i].Stalls),
            "{stall}",
            "How often something held the loop for longer than actortcp.watchdog.stall.");
    }

    private void Count(string name, string unit, string description, Func<LoopMeters, long> read) =>
        Meter.CreateObservableCounter(name, () => _loops.Sum(read), unit, description);

    private void Level(string name, string unit, string description, Func<LoopMeters, long> read) =>
        Meter.CreateObservableUpDownCounter(name, () => _loops.Sum(read), unit, description);

    private IEnumerable<Measurement<long>> PerLoop(Func<int, long> read) =>
        _loopTags.Select((tag, i) => new Measurement<long>(read(i), tag));

    /// <summary>Over the time since the last reading; one that comes at once behind another, as with two listeners, is told the same.</summary>
    private sealed class Utilization(LoopMeters loop)
    {
        private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100);

        private readonly Lock _lock = new();
        private TimeSpan _busy;
        private long _at = TimeProvider.System.GetTimestamp();
        private double _value;

        public double Now()
        {
            lock (_lock)
            {
                var passed = TimeProvider.System.GetElapsedTime(_at);
                if (passed >= Least)
                {
                    var busy = loop.Busy();
                    _value = Math.Clamp((busy - _busy) / passed, 0, 1);
                    _busy = busy;
                    _at = TimeProvider.System.GetTimestamp();
                }

                return _value;
            }
        }
    }
}
