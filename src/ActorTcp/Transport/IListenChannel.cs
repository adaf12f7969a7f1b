using ActorTcp.EventLoop;
using ActorTcp.Sockets;

namespace ActorTcp.Transport;

/// <summary>A server socket as the listener actor sees it: it asks, its <see cref="IListenChannelOwner"/> is told. On the loop's thread.</summary>
internal interface IListenChannel
{
    /// <summary>How many connections its owner has been told of, those of the channels before it included.</summary>
    long Accepted { get; }

    /// <summary>Begins, without accepting yet. 0, or minus the errno where it could not.</summary>
    int Open(IListenChannelOwner owner);

    /// <summary>
    /// Says how many connections may be accepted: who connects beyond that waits in the kernel's backlog. Also begins again
    /// after a failure, with which accepting pauses itself.
    /// </summary>
    /// <param name="processed">How many of the connections that it was told of the owner has processed.</param>
    /// <param name="more">How many it wants beyond those.</param>
    void Allow(long processed, long more);

    /// <summary>Accepts the connections that are in the kernel's backlog now, whatever <see cref="Allow"/> says.</summary>
    /// <param name="onAccepted">Receives each of them.</param>
    /// <param name="most">The most that are accepted.</param>
    void AcceptPending(Action<IAcceptedConnection> onAccepted, int most);

    /// <summary>Lets go of the loop; the server socket stays open.</summary>
    void Detach();
}

/// <summary>Who is told of what an <see cref="IListenChannel"/> accepts. On the loop's thread; must not throw.</summary>
internal interface IListenChannelOwner
{
    /// <summary>A connection; the owner's now, to be given to a loop or dropped.</summary>
    void OnAccepted(IAcceptedConnection connection);

    /// <summary>Accepting failed, and is paused until it is resumed.</summary>
    void OnAcceptFailed(Errno errno);
}

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
