namespace ActorTcp;

/// <summary>Why a member has left a group.</summary>
public enum LeaveReason
{
    /// <summary><see cref="ActorGroups.Leave"/> was called, or the member joined again with another name.</summary>
    Left,
    /// <summary>The actor has stopped, for example because its connection has ended.</summary>
    Stopped,
    /// <summary>The cluster has removed the node of the member.</summary>
    NodeDown,
}
