using ActorTcp.Sockets;

namespace ActorTcp.Polling;

/// <summary>A connection that was accepted and belongs to no loop yet.</summary>
internal interface IAcceptedConnection
{
    SockAddr RemoteAddress { get; }

    /// <summary>Its channel on a loop, to be opened on that loop's thread.</summary>
    IChannel On(PollLoop loop);

    /// <summary>
    /// Closes it after as much of an answer as the kernel takes at once. The peer receives an end of stream, also if it has sent bytes. On the
    /// thread of the loop that accepted it.
    /// </summary>
    void Refuse(ReadOnlySpan<byte> answer);
}
