using System.Diagnostics.Metrics;
using ActorTcp.Dispatch;
using ActorTcp.EventLoop;
using ActorTcp.Settings;

namespace ActorTcp.Diagnostics;

/// <summary>
/// The meter <c>ActorTcp</c> of an actor system. Its instruments read the counters of the loops when a listener collects them. See
/// docs/metrics.md.
/// </summary>
internal sealed class TcpMeters : IDisposable
{
    public const string Name = "ActorTcp";

    private static readonly CloseReason[] Reasons = Enum.GetValues<CloseReason>();
    private static readonly RefuseReason[] RefuseReasons = Enum.GetValues<RefuseReason>();

    private readonly LoopMeters[] _loops;
    private readonly KeyValuePair<string, object?>[] _loopTags;
    private readonly KeyValuePair<string, object?>[] _reasonTags =
        [.. Reasons.Select(reason => new KeyValuePair<string, object?>("reason", SettingsKeys.Kebab(reason.ToString())))];

    private readonly KeyValuePair<string, object?>[] _refuseTags =
        [.. RefuseReasons.Select(reason => new KeyValuePair<string, object?>("reason", SettingsKeys.Kebab(reason.ToString())))];

    public TcpMeters(string system, PollExecutorLoops loops)
    {
        Meter = new Meter(new MeterOptions(Name) { Tags = [new("system", system)] });
        _loops = [.. Enumerable.Range(0, loops.Count).Select(i => loops[i].Meters)];
        _loopTags = [.. Enumerable.Range(0, loops.Count).Select(i => new KeyValuePair<string, object?>("loop", i))];
        AddConnections();
        AddLoops(loops);
        Groups.AddTo(Meter);
    }

    public Meter Meter { get; }

    public GroupMeters Groups { get; } = new();

    public void Dispose() => Meter.Dispose();

    private void AddConnections()
    {
        Count("actortcp.connections.accepted", "{connection}", "Accepted connections, including those beyond a limit.", loop => loop.Accepted);
        Meter.CreateObservableCounter(
            "actortcp.connections.refused",
            () => RefuseReasons.Select((reason, i) => new Measurement<long>(_loops.Sum(loop => loop.Refused[(int)reason]), _refuseTags[i])),
            "{connection}",
            "Connections that were accepted and closed because of a limit, by reason.");
        Level("actortcp.connections.active", "{connection}", "Open connections, including outgoing ones.", loop => loop.Opened - loop.Ended.Sum());
        Meter.CreateObservableCounter(
            "actortcp.connections.closed",
            () => Reasons.Select((reason, i) => new Measurement<long>(_loops.Sum(loop => loop.Ended[(int)reason]), _reasonTags[i])),
            "{connection}",
            "Connections that have ended, by reason.");
        Level("actortcp.admission.addresses", "{address}", "Addresses that listeners remember for their limits per address.", loop => loop.Addresses);
        Count("actortcp.accept.failures", "{failure}", "Failures of accept, usually because descriptors ran out.", loop => loop.AcceptFailures);
        Count("actortcp.bytes.received", "By", "Received bytes.", loop => loop.ReceivedBytes);
        Count("actortcp.bytes.sent", "By", "Bytes that the kernel has accepted for sending.", loop => loop.SentBytes);
        Level("actortcp.send.queue", "By", "Queued bytes.", loop => loop.QueuedBytes);
    }

    private void AddLoops(PollExecutorLoops loops)
    {
        var utilization = _loops.Select(loop => new Utilization(loop)).ToArray();
        Meter.CreateObservableUpDownCounter(
            "actortcp.loop.queue",
            () => _loopTags.Select((tag, i) => new Measurement<int>(loops[i].Work?.Count ?? 0, tag)),
            "{mailbox}",
            "Mailboxes that are ready to run and wait.");
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
            "The fraction of the time since the last collection in which the loop did not sleep, 0 to 1.");
        Meter.CreateObservableCounter(
            "actortcp.loop.stalls",
            () => PerLoop(i => _loops[i].Stalls),
            "{stall}",
            "The number of times that an actor blocked the loop for longer than actortcp.watchdog.stall.");
    }

    private void Count(string name, string unit, string description, Func<LoopMeters, long> read) =>
        Meter.CreateObservableCounter(name, () => _loops.Sum(read), unit, description);

    private void Level(string name, string unit, string description, Func<LoopMeters, long> read) =>
        Meter.CreateObservableUpDownCounter(name, () => _loops.Sum(read), unit, description);

    private IEnumerable<Measurement<long>> PerLoop(Func<int, long> read) =>
        _loopTags.Select((tag, i) => new Measurement<long>(read(i), tag));

    /// <summary>
    /// The utilization of a loop since the last reading. Two readings within 100 ms return the same value: with two meter listeners, the second
    /// one would otherwise measure almost no time.
    /// </summary>
    private sealed class Utilization(LoopMeters loop)
    {
        private static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(100);

        private readonly Lock _lock = new();
        private TimeSpan _busy;
        private long _at = TimeProvider.System.GetTimestamp();
        private double _value;

        public double Now()
        {
            lock (_lock)
            {
                var passed = TimeProvider.System.GetElapsedTime(_at);
                if (passed >= MinInterval)
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
