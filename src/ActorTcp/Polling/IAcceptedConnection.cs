using ActorTcp.Sockets;

namespace ActorTcp.Polling;

/// <summary>A connection that was accepted and belongs to no loop yet.</summary>
internal interface IAcceptedConnection
{
    SockAddr RemoteAddress { get; }

    /// <summary>Its channel on a loop, to be opened on that loop's thread.</summary>
    IChannel On(PollLoop loop);

    /// <summary>Closes it, behind as much of an answer as the kernel takes at once.</summary>
    void Refuse(ReadOnlySpan<byte> answer);
}
