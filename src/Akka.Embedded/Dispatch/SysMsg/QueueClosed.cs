using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>Stands in a mailbox's list when the mailbox takes no more system messages. Never handled.</summary>
internal sealed class QueueClosed : SystemMessage
{
    public static readonly QueueClosed Instance = new();

    private QueueClosed()
    {
    }

    internal override void Apply(ActorCell cell) => throw new NotSupportedException("A marker, not a message.");
}
