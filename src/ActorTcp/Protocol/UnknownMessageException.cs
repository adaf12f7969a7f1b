using ActorTcp.Sockets;

namespace ActorTcp;

/// <summary>
/// A listener, a connector, a connection or the manager received a message that it does not handle. The sender receives it in a
/// <see cref="Akka.Actor.Status.Failure"/>, so an <c>Ask</c> throws it.
/// </summary>
public sealed class UnknownMessageException : Exception
{
    internal UnknownMessageException(object unknown, string text)
        : base(text) => Unknown = unknown;

    /// <summary>The message.</summary>
    public object Unknown { get; }

    /// <summary>Always EINVAL.</summary>
    public Errno Errno { get; } = Errno.EINVAL;
}
