using System.Diagnostics.Metrics;

namespace ActorTcp.Diagnostics;

/// <summary>What the groups of a node count. Its members may be called from any thread.</summary>
internal sealed class GroupMeters
{
    private long _groups;
    private long _members;
    private long _broadcasts;
    private long _undeliverable;

    /// <summary>Sets the numbers of groups and members of this node.</summary>
    public void SetSize(long groups, long members)
    {
        Volatile.Write(ref _groups, groups);
        Volatile.Write(ref _members, members);
    }

    public void AddBroadcast() => Interlocked.Increment(ref _broadcasts);

    public void AddUndeliverable() => Interlocked.Increment(ref _undeliverable);

    public void AddTo(Meter meter)
    {
        meter.CreateObservableUpDownCounter("actortcp.groups.active", () => Volatile.Read(ref _groups), "{group}", "Groups with a member on this node.");
        meter.CreateObservableUpDownCounter("actortcp.groups.members", () => Volatile.Read(ref _members), "{member}", "Members of groups on this node.");
        meter.CreateObservableCounter(
            "actortcp.groups.broadcasts",
            () => Volatile.Read(ref _broadcasts),
            "{broadcast}",
            "Messages that actors of this node have sent to a group.");
        meter.CreateObservableCounter(
            "actortcp.groups.undeliverable",
            () => Volatile.Read(ref _undeliverable),
            "{send}",
            "Messages to a group that a member, or another node, could not be sent.");
    }
}
