using ActorTcp.EventLoop;
using ActorTcp.Sockets;

namespace ActorTcp.Transport;

/// <summary>
/// The server sockets of one listener, on one or several addresses. It outlives the listener's instances: a listener that is restarted attaches
/// it again. On the thread of the loop that it is attached to; while it is detached, on any one thread at a time.
/// </summary>
/// <remarks>
/// Re-entrancy: <see cref="Allow"/> and <see cref="Detach"/> may be called from within the owner's calls. The owner is notified only while the
/// channel is attached, never after <see cref="Detach"/> or <see cref="Close"/> has returned. After a failure accepting is paused until the next
/// <see cref="Allow"/>; the channel itself goes on, and each member may be called as before.
/// </remarks>
internal interface IListenChannel
{
    /// <summary>The addresses on which it listens; after <see cref="Close"/>, on which it listened.</summary>
    IReadOnlyList<SockAddr> LocalAddresses { get; }

    /// <summary>The number of consecutive ports on which it listens, at each address.</summary>
    int Ports { get; }

    /// <summary>The number of connections that it has delivered, over all times it was attached.</summary>
    long Accepted { get; }

    /// <summary>Whether a loop accepts from it.</summary>
    bool IsAttached { get; }

    /// <summary>Sets an option on each socket. None, or the reason why it failed.</summary>
    Errno SetOption(SocketOption option);

    /// <summary>Reads a value of the first address. None, or the reason why it failed.</summary>
    Errno TryGet(SocketValue value, out object? result);

    /// <summary>Listens on the next ports after that of each address as well, on all or none. While it is detached.</summary>
    /// <returns>None, or the reason why it failed.</returns>
    Errno AddPorts(int count);

    /// <summary>Attaches it to a loop, without accepting yet.</summary>
    /// <returns>None, or the reason why it failed; then it is detached, and the owner is not notified.</returns>
    Errno Attach(PollLoop loop, IListenChannelOwner owner);

    /// <summary>
    /// Sets the number of connections that may be accepted; the kernel's backlog keeps the others. Also resumes accepting after a failure.
    /// </summary>
    /// <param name="processed">The number of delivered connections that the owner has processed, over all times.</param>
    /// <param name="more">The number that it accepts beyond those.</param>
    void Allow(long processed, long more);

    /// <summary>Accepts the connections that are in the kernel's backlog now, whatever <see cref="Allow"/> says. While it is attached.</summary>
    /// <param name="onAccepted">Receives each of them.</param>
    void AcceptPending(Action<IAcceptedConnection> onAccepted);

    /// <summary>Leaves the loop; the server sockets stay open.</summary>
    void Detach();

    /// <summary>Closes the server sockets. The kernel resets the clients in the backlog.</summary>
    void Close();
}

/// <summary>
/// Is notified of what an <see cref="IListenChannel"/> accepts. On the loop's thread; must not throw.
/// </summary>
internal interface IListenChannelOwner
{
    /// <summary>A connection was accepted. It belongs to the owner, which puts it on a loop or refuses it.</summary>
    void OnAccepted(IAcceptedConnection connection);

    /// <summary>Accepting failed, and is paused until the next <see cref="IListenChannel.Allow"/>.</summary>
    void OnAcceptFailed(Errno errno);
}

/// <summary>A connection that was accepted and belongs to no loop yet. Exactly one of its two methods is called, once.</summary>
internal interface IAcceptedConnection
{
    SockAddr RemoteAddress { get; }

    /// <summary>Makes its channel, which is opened on the thread of this loop. From any thread.</summary>
    IChannel On(PollLoop loop);

    /// <summary>
    /// Closes it after as much of an answer as the kernel takes at once. The peer receives an end of stream, also if it has sent bytes. On the
    /// thread of the loop that accepted it.
    /// </summary>
    void Refuse(ReadOnlySpan<byte> answer);
}
