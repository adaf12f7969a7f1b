namespace ActorTcp.Cluster.Groups;

/// <summary>One change of what a node owns: its members of groups, and its names.</summary>
/// <param name="Kind">What has changed.</param>
/// <param name="Subject">The group, or the name of the directory.</param>
/// <param name="Id">The number of the membership on its node, or the time of the registration in ticks.</param>
/// <param name="Text">The name of the member, or the path of the registered actor. Empty if it has ended.</param>
internal readonly record struct Change(ChangeKind Kind, string Subject, long Id, string Text)
{
    /// <summary>An upper bound of the encoded size, in bytes.</summary>
    public int Size => 32 + (3 * (Subject.Length + Text.Length));
}

/// <summary>The kind of a <see cref="Change"/>. The numbers are part of the wire format.</summary>
internal enum ChangeKind
{
    Joined = 1,
    Left = 2,
    Stopped = 3,
    Registered = 4,
    Unregistered = 5,
}
