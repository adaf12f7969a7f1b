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
    /// <returns>Null, or why none of the addresses is listened on.</returns>
    ListenFailure? Listen(ListenRequest request, out IListenChannel? channel);

    /// <summary>Creates an attempt to connect to one address. <see cref="IConnectAttempt.Begin"/> starts it.</summary>
    /// <param name="remote">The address to connect to.</param>
    /// <param name="options">The options of the socket.</param>
    /// <param name="loop">The loop of the attempt and of its channel.</param>
    IConnectAttempt Connect(SockAddr remote, ConnectOptions options, PollLoop loop);

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
internal sealed record ListenRequest(IReadOnlyList<SockAddr> Addresses, int Backlog, ListenOptions Options)
{
    /// <summary>
    /// Sockets that listen already, which the channel owns from the call on, even if it fails. Of the other values, only the options that a listening socket
    /// can have are used. Null: the channel opens its own. A transport without sockets of the operating system answers EOPNOTSUPP.
    /// </summary>
    public IReadOnlyList<Tcp>? Sockets { get; init; }
}

/// <summary>Why a listener does not listen.</summary>
/// <param name="Errno">The error.</param>
/// <param name="Address">The address that failed; null if no single address did.</param>
/// <param name="RefusedOption">The option that could not be set; null if the failure has another cause.</param>
internal sealed record ListenFailure(Errno Errno, SockAddr? Address = null, SocketOption? RefusedOption = null);

/// <summary>The options of a connect.</summary>
/// <param name="LocalAddress">The address to connect from; null if the kernel chooses it.</param>
/// <param name="SocketOptions">The options that are set before the connect. Without effect on a Unix socket.</param>
internal sealed record ConnectOptions(SockAddr? LocalAddress, IReadOnlyList<SocketOption> SocketOptions);
