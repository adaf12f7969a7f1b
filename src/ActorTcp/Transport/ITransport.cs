using ActorTcp.EventLoop;
using ActorTcp.Sockets;

namespace ActorTcp.Transport;

/// <summary>
/// The network of an actor system: it makes the channels that listeners, connectors and connections work with. An actor system has one,
/// chosen by a setup (<c>TransportSetup</c>); without one it is epoll.
/// </summary>
/// <remarks>
/// A transport keeps no state of its own that is tied to one actor system. Unless a member says otherwise, it is called on the thread of the
/// loop that it is given, and what it makes is used on that thread only.
/// </remarks>
internal interface ITransport
{
    /// <summary>The longest time for which <see cref="WhenClosed"/> may take.</summary>
    TimeSpan LongestClose { get; }

    /// <summary>
    /// Listens on all addresses of a request, or on none. Of several addresses those that this machine does not have are skipped, unless it has
    /// none of them. With port 0 all addresses get the same port. From any thread.
    /// </summary>
    /// <param name="request">Where and how to listen.</param>
    /// <param name="channel">The listening channel, not attached to a loop yet; null on failure, and nothing is left open then.</param>
    /// <param name="failedAddress">The address that failed, or null.</param>
    /// <returns>None, or the reason for the failure.</returns>
    Errno Listen(ListenRequest request, out IListenChannel? channel, out SockAddr? failedAddress);

    /// <summary>Prepares a connect to one address. Nothing happens before <see cref="IConnectAttempt.Begin"/>.</summary>
    /// <param name="remote">The address to connect to.</param>
    /// <param name="local">The address to connect from; null if the system chooses.</param>
    /// <param name="loop">The loop of the attempt and of the channel that comes of it.</param>
    IConnectAttempt Connect(SockAddr remote, SockAddr? local, PollLoop loop);

    /// <summary>Makes a channel of a connected socket that was opened elsewhere; the channel owns it from then on. From any thread.</summary>
    /// <param name="tcp">The socket.</param>
    /// <param name="remote">The peer's address.</param>
    /// <param name="loop">The loop on which the channel is opened.</param>
    /// <returns>The channel; null if this transport has no sockets of the operating system, and then the socket is still the caller's.</returns>
    IChannel? Adopt(Tcp tcp, SockAddr remote, PollLoop loop);

    /// <summary>Completes when no closed channel of a loop waits for the end of the peer's stream any more.</summary>
    Task WhenClosed(PollLoop loop);
}

/// <summary>Where and how a listener listens.</summary>
/// <param name="Addresses">The addresses, at least one.</param>
/// <param name="Backlog">The number of connections that the kernel may hold for each address and port, 1 to 65535.</param>
/// <param name="Options">What is set before the sockets are bound.</param>
/// <param name="Inherited">Options that accepted connections inherit. One that cannot be set is ignored.</param>
internal sealed record ListenRequest(IReadOnlyList<SockAddr> Addresses, int Backlog, ListenOptions Options, IReadOnlyList<SocketOption> Inherited);
