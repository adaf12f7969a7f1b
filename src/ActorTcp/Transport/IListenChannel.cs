using ActorTcp.EventLoop;
using ActorTcp.Sockets;

namespace ActorTcp.Transport;

/// <summary>
/// The server sockets of one listener, on one or several addresses. Used on the thread of the loop to which it is attached. While it is detached,
/// it is used by one thread at a time.
/// </summary>
/// <remarks>
/// <para>Lifetime: it outlives the instances of its actor. A listener that is restarted attaches it again.</para>
/// <para>Re-entrancy: <see cref="Allow"/> and <see cref="Detach"/> may be called from within a notification of the owner. The owner is notified
/// only while the channel is attached, never after <see cref="Detach"/> or <see cref="Close"/> has returned.</para>
/// <para>Failure: after a failure to accept, accepting is paused until the next <see cref="Allow"/>. All members may be called as before.</para>
/// </remarks>
internal interface IListenChannel
{
    /// <summary>The addresses on which the channel listens, or listened before <see cref="Close"/>.</summary>
    IReadOnlyList<SockAddr> LocalAddresses { get; }

    /// <summary>The number of consecutive ports on which the channel listens at each address.</summary>
    int Ports { get; }

    /// <summary>The total number of connections that were passed to the owner.</summary>
    long Accepted { get; }

    /// <summary>Whether the server sockets are open: until <see cref="Close"/>.</summary>
    bool IsOpen { get; }

    /// <summary>Whether the channel is attached to a loop.</summary>
    bool IsAttached { get; }

    /// <summary>Sets an option on each socket. Returns None, or the error.</summary>
    Errno SetOption(SocketOption option);

    /// <summary>Reads a value of the socket of the first address. Returns None, or the error.</summary>
    Errno TryGet(SocketValue value, out object? result);

    /// <summary>Listens also on the consecutive ports after the port of each address, on all or none. Called while the channel is detached.</summary>
    /// <returns>None, or the error.</returns>
    Errno AddPorts(int count);

    /// <summary>Attaches the channel to a loop. It accepts after the next <see cref="Allow"/>.</summary>
    /// <returns>None, or the error. After an error the channel is detached, and the owner is not notified.</returns>
    Errno Attach(PollLoop loop, IListenChannelOwner owner);

    /// <summary>
    /// Limits the number of connections that may be accepted. Others stay in the kernel's backlog. Also resumes accepting after a failure.
    /// </summary>
    /// <param name="processed">The total number of connections that the owner has processed.</param>
    /// <param name="more">The number of connections that may be accepted in addition to the processed ones.</param>
    void Allow(long processed, long more);

    /// <summary>
    /// Accepts the connections that are now in the kernel's backlog, without the limit of <see cref="Allow"/>. Called while the channel is
    /// attached.
    /// </summary>
    /// <param name="onAccepted">Receives each of them.</param>
    void AcceptPending(Action<IAcceptedConnection> onAccepted);

    /// <summary>Detaches the channel from its loop. The server sockets stay open.</summary>
    void Detach();

    /// <summary>Closes the server sockets. The kernel resets the clients in the backlog.</summary>
    void Close();
}

/// <summary>Is notified of the events of an <see cref="IListenChannel"/>, on the loop's thread. Must not throw.</summary>
internal interface IListenChannelOwner
{
    /// <summary>A connection was accepted. The owner must call one of its methods.</summary>
    void OnAccepted(IAcceptedConnection connection);

    /// <summary>Accepting has failed, and is paused until the next <see cref="IListenChannel.Allow"/>.</summary>
    void OnAcceptFailed(Errno errno);
}

/// <summary>An accepted connection that is not on a loop yet. Its receiver calls exactly one of the methods, once.</summary>
internal interface IAcceptedConnection
{
    SockAddr RemoteAddress { get; }

    /// <summary>Creates the channel of the connection, which is then opened on the thread of the given loop. From any thread.</summary>
    IChannel On(PollLoop loop);

    /// <summary>
    /// Sends an answer and closes the connection. The part of the answer that does not fit into the kernel's send buffer is dropped. The peer
    /// receives an end of stream and not a reset, even if it has sent bytes. On the thread of the loop that accepted the connection.
    /// </summary>
    void Refuse(ReadOnlySpan<byte> answer);

    /// <summary>Closes the connection with a reset, which leaves no state in the kernel. From any thread.</summary>
    void Reset();
}
