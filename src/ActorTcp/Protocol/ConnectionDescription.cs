using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp;

/// <summary>A snapshot of a connection, the answer to <see cref="ConnectionProtocol.Describe"/>.</summary>
/// <param name="Connection">Its actor.</param>
/// <param name="Handler">Its handler; Nobody before one is registered.</param>
/// <param name="LocalAddress">This end.</param>
/// <param name="RemoteAddress">The peer.</param>
/// <param name="Phase">Its phase.</param>
/// <param name="State">The kernel's state of the socket. A Unix socket is Established until it is closed.</param>
/// <param name="BytesIn">Bytes received from the peer.</param>
/// <param name="BytesOut">Bytes that the kernel has accepted for sending.</param>
/// <param name="BytesQueued">Bytes in the send queue.</param>
/// <param name="BytesUnread">Bytes that the handler has not received yet.</param>
/// <param name="Age">The time since it was made.</param>
/// <param name="RoundTrip">The kernel's smoothed round-trip time (TCP_INFO).</param>
/// <param name="Retransmits">The number of segments that the kernel sent again (TCP_INFO).</param>
public sealed record ConnectionDescription(
    IActorRef Connection,
    IActorRef Handler,
    SockAddr LocalAddress,
    SockAddr RemoteAddress,
    ConnectionPhase Phase,
    TcpState State,
    long BytesIn,
    long BytesOut,
    long BytesQueued,
    long BytesUnread,
    TimeSpan Age,
    TimeSpan RoundTrip,
    int Retransmits) : ITcpMessage
{
    /// <summary>What the TLS handshake has agreed on; null without TLS, and before the end of the handshake.</summary>
    public TlsInfo? Tls { get; init; }

    /// <summary>The process of the peer of a Unix socket; null for TCP.</summary>
    public PeerCredentials? PeerCredentials { get; init; }

    /// <summary>The PROXY header of the connection; null if there is none. Its <see cref="ActorTcp.ProxyHeader.Source"/> is <c>RemoteAddress</c>.</summary>
    public ProxyHeader? ProxyHeader { get; init; }

    /// <summary>The address of the proxy that has sent the header; null without a header.</summary>
    public SockAddr? ProxyAddress { get; init; }
}
