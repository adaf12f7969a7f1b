using ActorTcp.EventLoop;
using ActorTcp.Sockets;

namespace ActorTcp.Transport;

/// <summary>
/// The network of an actor system. It creates the channels of listeners, connectors and connections. A <c>TransportSetup</c> chooses it; the
/// default is epoll.
/// </summary>
/// <remarks>
/// A transport has no state that belongs to one actor system. If nothing else is documented, a member is called on the thread of its loop
/// argument, and the created object is used on that thread only.
/// </remarks>
internal interface ITransport
{
    /// <summary>The maximum time until <see cref="WhenClosed"/> completes.</summary>
    TimeSpan LongestClose { get; }

    /// <summary>Listens on all addresses of a request, or on none. From any thread.</summary>
    /// <remarks>
    /// If the request has several addresses, those that this machine does not have are skipped, unless it has none of them. With port 0 all
    /// addresses get the same port.
    /// </remarks>
    /// <param name="request">The addresses and the options.</param>
    /// <param name="channel">The channel, which is not attached to a loop yet. Null on failure; all sockets are closed then.</param>
    /// <param name="failedAddress">The address that failed; null on success, or if no single address failed.</param>
    /// <returns>None, or the error.</returns>
    Errno Listen(ListenRequest request, out IListenChannel? channel, out SockAddr? failedAddress);

    /// <summary>Creates an attempt to connect to one address. <see cref="IConnectAttempt.Begin"/> starts it.</summary>
    /// <param name="remote">The address to connect to.</param>
    /// <param name="local">The address to connect from; null if the kernel chooses it.</param>
    /// <param name="loop">The loop of the attempt and of its channel.</param>
    IConnectAttempt Connect(SockAddr remote, SockAddr? local, PollLoop loop);

    /// <summary>Creates a channel for a connected socket that other code has opened. The channel owns the socket from then on. From any thread.</summary>
    /// <param name="tcp">The socket.</param>
    /// <param name="remote">The peer's address.</param>
    /// <param name="loop">The loop on which the channel is opened.</param>
    /// <returns>The channel; null if this transport does not use sockets of the operating system. The caller then keeps the socket.</returns>
    IChannel? Adopt(Tcp tcp, SockAddr remote, PollLoop loop);

    /// <summary>Completes when no closed channel of a loop still waits for the end of its peer's stream.</summary>
    Task WhenClosed(PollLoop loop);
}

/// <summary>The addresses and the options of a listener.</summary>
/// <param name="Addresses">The addresses, at least one.</param>
/// <param name="Backlog">The number of connections that the kernel may hold for each address and port, 1 to 65535.</param>
/// <param name="Options">The options that are set before the sockets are bound.</param>
/// <param name="Inherited">The options that accepted connections inherit. An option that cannot be set is ignored.</param>
internal sealed record ListenRequest(IReadOnlyList<SockAddr> Addresses, int Backlog, ListenOptions Options, IReadOnlyList<SocketOption> Inherited)
{
    /// <summary>
    /// Sockets that listen already, which the channel owns from the call on, even if it fails. The addresses, the backlog and the options then have no
    /// effect. Null: the channel opens its own. A transport without sockets of the operating system answers EOPNOTSUPP.
    /// </summary>
    public IReadOnlyList<Tcp>? Sockets { get; init; }
}
