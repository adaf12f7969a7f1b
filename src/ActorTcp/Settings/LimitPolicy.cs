using System.Runtime.Serialization;

namespace ActorTcp;

/// <summary>What a listener does with a client that comes when it has as many connections as it may have.</summary>
public enum LimitPolicy
{
    /// <summary>Leaves it in the kernel's backlog until a connection has ended.</summary>
    [EnumMember(Value = "backlog")]
    LeaveInBacklog,

    /// <summary>Accepts it and closes it at once.</summary>
    [EnumMember(Value = "close")]
    AcceptAndClose,

    /// <summary>Accepts it, sends the answer of <see cref="ListenerLimits"/> and closes it.</summary>
    [EnumMember(Value = "answer")]
    AcceptAnswerAndClose,
}
