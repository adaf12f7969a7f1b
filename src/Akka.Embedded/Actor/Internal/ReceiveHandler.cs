namespace Akka.Actor.Internal;

/// <summary>One handler of a behaviour, and the one to be asked after it.</summary>
internal abstract class ReceiveHandler
{
    public ReceiveHandler? Next { get; set; }

    /// <summary>Whether it leaves nothing to those after it.</summary>
    public abstract bool TakesAll { get; }

    /// <summary>False if the message is not for this handler.</summary>
    public abstract bool TryHandle(object message);
}
