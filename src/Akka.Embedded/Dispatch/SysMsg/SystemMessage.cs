using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>
/// A message of the engine to an actor's cell, which overtakes all user messages. A link in the list of one mailbox;
/// so an instance is sent to one actor only, and once.
/// </summary>
public abstract class SystemMessage : ISystemMessage
{
    /// <summary>How far a cell is from handling everything.</summary>
    internal enum CellState
    {
        Default,
        Suspended,
        WaitingForChildren,
    }

    internal SystemMessage? Next { get; set; }

    /// <summary>False if the message has to wait until the cell has left this state.</summary>
    internal virtual bool CanBeHandledIn(CellState state) => true;

    internal abstract void Apply(ActorCell cell);

    /// <summary>Turns a list around, and appends what stood behind it.</summary>
    internal static SystemMessage? Reverse(SystemMessage? list, SystemMessage? tail = null)
    {
        while (list is not null)
            (list.Next, tail, list) = (tail, list, list.Next);
        return tail;
    }
}
