using System.Runtime.Serialization;

namespace ActorTcp;

/// <summary>What a listener does with a new client when it has <see cref="ListenerLimits.MaxConnections"/> connections.</summary>
public enum LimitPolicy
{
    /// <summary>The client stays in the kernel's backlog until a connection has ended. The default.</summary>
    [EnumMember(Value = "backlog")]
    LeaveInBacklog,

    /// <summary>The listener accepts the client and closes it immediately.</summary>
    [EnumMember(Value = "close")]
    AcceptAndClose,

    /// <summary>The listener accepts the client, sends it <see cref="ListenerLimits.Answer"/>, and closes it.</summary>
    [EnumMember(Value = "answer")]
    AcceptAnswerAndClose,
}
