using System.Diagnostics.Metrics;

namespace ActorTcp.Cluster.Sessions;

/// <summary>The meter <c>ActorTcp.Sessions</c> of one type of sessions on this node. Can be used from any thread.</summary>
internal sealed class SessionMeters : IDisposable
{
    public const string Name = "ActorTcp.Sessions";

    private static readonly KeyValuePair<string, object?>[] Reasons =
        [.. Enum.GetNames<SessionEndReason>().Select(reason => new KeyValuePair<string, object?>("reason", reason))];

    private readonly Meter _meter;
    private readonly Counter<long> _created;
    private readonly Counter<long> _resumed;
    private readonly Counter<long> _restored;
    private readonly Counter<long> _ended;
    private long _live;
    private long _attached;

    public SessionMeters(string system, string type)
    {
        _meter = new Meter(new MeterOptions(Name) { Tags = [new("system", system), new("type", type)] });
        _meter.CreateObservableUpDownCounter("actortcp.sessions.active", () => Interlocked.Read(ref _live), "{session}", "Sessions on this node.");
        _meter.CreateObservableUpDownCounter(
            "actortcp.sessions.attached", () => Interlocked.Read(ref _attached), "{session}", "Sessions on this node that have a connection.");
        _created = _meter.CreateCounter<long>("actortcp.sessions.created", "{session}", "Sessions that have begun on this node.");
        _resumed = _meter.CreateCounter<long>("actortcp.sessions.resumed", "{session}", "Connections that have resumed a session on this node.");
        _restored = _meter.CreateCounter<long>("actortcp.sessions.restored", "{session}", "Sessions that continue on this node after another one.");
        _ended = _meter.CreateCounter<long>("actortcp.sessions.ended", "{session}", "Sessions that have ended on this node, by reason.");
    }

    public void Started(bool isRestored)
    {
        Interlocked.Increment(ref _live);
        (isRestored ? _restored : _created).Add(1);
    }

    public void Stopped() => Interlocked.Decrement(ref _live);

    public void Attached(bool isResumed)
    {
        Interlocked.Increment(ref _attached);
        if (isResumed)
        {
            _resumed.Add(1);
        }
    }

    public void Detached() => Interlocked.Decrement(ref _attached);

    public void Ended(SessionEndReason reason) => _ended.Add(1, Reasons[(int)reason]);

    public void Dispose() => _meter.Dispose();
}
