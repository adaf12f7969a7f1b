using ActorTcp.Memory;
using ActorTcp.Sockets;

namespace ActorTcp.Transport;

/// <summary>
/// One connection of a transport. Its owner, the connection actor, calls it, and is notified of the results (<see cref="IChannelOwner"/>).
/// </summary>
/// <remarks>
/// <para>The interface reports completions, not readiness. So epoll, io_uring, TLS over another channel and a simulated network can implement
/// it.</para>
/// <para>Thread: all members are called on the thread of the channel's loop.</para>
/// <para>Re-entrancy: each member may be called from within the owner's calls. <see cref="Send(in OutboundSegment)"/> and
/// <see cref="ContinueReading"/> never notify the owner of received bytes before they have returned.</para>
/// <para>Leases: a segment that is passed to Send belongs to the channel, which releases its slab exactly once: when the kernel has the
/// bytes, when they are withdrawn, or when the channel is closed or detached. Bytes that are passed to <see cref="IChannelOwner.OnReceived"/>
/// belong to the owner, which releases them.</para>
/// <para>Failure: after <see cref="IChannelOwner.OnFailed"/> nothing more is received, sent or notified. New segments are released and not
/// sent. Properties return their last values. <see cref="Close"/> and <see cref="Detach"/> work as before.</para>
/// </remarks>
internal interface IChannel
{
    /// <summary>The local address; null if the connection failed before the address was read.</summary>
    SockAddr? LocalAddress { get; }

    /// <summary>The peer's address; null if it is unknown.</summary>
    SockAddr? RemoteAddress { get; }

    /// <summary>The number of queued bytes.</summary>
    long QueuedBytes { get; }

    /// <summary>The number of queued segments.</summary>
    int QueuedSegments { get; }

    /// <summary>The number of bytes that the kernel has accepted for sending.</summary>
    long SentBytes { get; }

    /// <summary>When the kernel last accepted bytes of this channel, in milliseconds of the loop's clock; 0 if never.</summary>
    long LastSentAt { get; }

    /// <summary>
    /// The number of sent bytes that <see cref="Withdraw"/> cannot remove any more, at least <see cref="SentBytes"/>. A TLS channel cannot withdraw
    /// bytes that it has encrypted.
    /// </summary>
    long CommittedBytes => SentBytes;

    /// <summary>
    /// Whether bytes of the application may be received. If it is false after <see cref="Open"/>, the channel's own protocol has a handshake first,
    /// and the owner is notified of its end (<see cref="IChannelOwner.OnReady"/>). Bytes that are sent before are queued.
    /// </summary>
    bool IsReady => true;

    /// <summary>The result of the TLS handshake; null before its end, and without TLS.</summary>
    TlsInfo? Tls => null;

    /// <summary>The PROXY header that the peer has sent; null if there is none.</summary>
    ProxyHeader? ProxyHeader => null;

    /// <summary>The address of the proxy that has sent <see cref="ProxyHeader"/>; null without a header.</summary>
    SockAddr? ProxyAddress => null;

    /// <summary>
    /// Registers the channel with its loop, once. Reading is paused at first. Returns 0, or minus the errno. After an error only
    /// <see cref="Close"/> and <see cref="Detach"/> may be called.
    /// </summary>
    int Open(IChannelOwner owner);

    /// <summary>Gives an open channel another owner, which receives all later notifications: TLS begins on the connection.</summary>
    void ChangeOwner(IChannelOwner owner);

    /// <summary>Starts or resumes delivering received bytes.</summary>
    void ResumeReading();

    /// <summary>Pauses the delivery of received bytes. The owner keeps the bytes that it has received.</summary>
    void PauseReading();

    /// <summary>
    /// Called by the owner when it has processed the bytes of an <see cref="IChannelOwner.OnReceived"/>. Nothing more is received before this call.
    /// </summary>
    void ContinueReading();

    /// <summary>Sends a segment, after the queued ones.</summary>
    void Send(in OutboundSegment segment);

    /// <summary>Sends segments in their order, with one system call if the kernel accepts all of them.</summary>
    void Send(ReadOnlySpan<OutboundSegment> segments);

    /// <summary>Removes segments from the queue and releases them. The kernel must not have a byte of them.</summary>
    /// <param name="tag">The tag of the last of these segments.</param>
    /// <param name="length">The number of bytes in all of them.</param>
    void Withdraw(object tag, long length);

    /// <summary>Requests one <see cref="IChannelOwner.OnQueueLow"/>, when at most this number of bytes is queued.</summary>
    void NotifyQueueLow(long bytes);

    /// <summary>
    /// Shuts down sending, receiving or both (shutdown(2)). The queue must be empty before sending is shut down. Returns None, or the error.
    /// </summary>
    Errno Shutdown(ShutdownHow how);

    /// <summary>Sets a socket option. Returns None, or the error.</summary>
    Errno SetOption(SocketOption option);

    /// <summary>Reads a value of the socket. Returns None, or the error.</summary>
    Errno TryGet(SocketValue value, out object? result);

    /// <summary>The smoothed round-trip time and the number of retransmissions (TCP_INFO, tcp(7)); zeros if they are not available.</summary>
    (TimeSpan RoundTrip, int Retransmits) Path();

    /// <summary>Takes received bytes that the owner has not been notified of. Called before <see cref="Detach"/>; the caller releases them.</summary>
    SlabSlice TakeUndelivered() => default;

    /// <summary>Whether <see cref="Detach"/> can return the descriptor: false if the peer's next bytes need the state of this channel.</summary>
    bool CanDetach => true;

    /// <summary>
    /// Unregisters the channel, drops its queue, and returns its open descriptor. The owner is not notified after that. Null if the channel is
    /// closed, or has no descriptor.
    /// </summary>
    SocketHandoff? Detach();

    /// <summary>
    /// Closes the descriptor and drops the queue; with <paramref name="reset"/> the peer receives a reset. The owner is not notified after that.
    /// Does nothing after the first time.
    /// </summary>
    void Close(bool reset);
}

/// <summary>
/// Is notified of the events of an <see cref="IChannel"/>, on the loop's thread. A notification can come during a call of the owner to the
/// channel. Must not throw.
/// </summary>
/// <remarks>After an end of stream no bytes are received. Sent tags come in the order of their Sends. A failure is the last notification.</remarks>
internal interface IChannelOwner
{
    /// <summary>Bytes were received. The owner must release them, and call <see cref="IChannel.ContinueReading"/> when it has processed them.</summary>
    void OnReceived(in SlabSlice bytes);

    /// <summary>The peer has shut down its sending, so no more bytes will be received.</summary>
    void OnEndOfStream();

    /// <summary>The kernel has accepted all bytes of a segment with a tag.</summary>
    void OnSent(object tag);

    /// <summary>The queue has fallen to the size that <see cref="IChannel.NotifyQueueLow"/> asked for.</summary>
    void OnQueueLow();

    /// <summary>The connection has failed. The owner must close the channel.</summary>
    void OnFailed(Errno errno);

    /// <summary>The handshake of the channel's own protocol has succeeded (<see cref="IChannel.IsReady"/>). Before any byte.</summary>
    void OnReady();

    /// <summary>As <see cref="OnFailed"/>, but the channel's own protocol has failed, not the network.</summary>
    /// <param name="failure">The kind of failure.</param>
    /// <param name="text">The failure in words.</param>
    void OnProtocolFailed(ProtocolFailure failure, string text);
}

/// <summary>How the protocol of a channel, between the application and TCP, has failed.</summary>
internal enum ProtocolFailure
{
    /// <summary>The TLS handshake failed, or the peer broke a rule of TLS later.</summary>
    Tls,
    /// <summary>The peer ended the TCP stream without ending the TLS stream before (close_notify, RFC 8446, section 6.1): bytes may be missing.</summary>
    Truncated,
    /// <summary>The header of the PROXY protocol is missing or invalid, or its sender is not trusted.</summary>
    Proxy,
    /// <summary>The header of the PROXY protocol was not complete in time.</summary>
    Late,
}
