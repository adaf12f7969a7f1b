using ActorTcp.Sockets;

namespace ActorTcp;

/// <summary>
/// A header of the PROXY protocol, with which a proxy tells a server the address of its client. A server receives it in
/// <see cref="ConnectionProtocol.Connected"/>; a connector sends it (<see cref="ConnectorProtocol.Connect.ProxyHeader"/>).
/// </summary>
/// <remarks>
/// <para>The protocol is described in proxy-protocol.txt of HAProxy. Version 1 is a line of text and has only the addresses.</para>
/// <para>Without addresses the connection is the proxy's own, such as a health check, or the proxy does not know them: LOCAL in version 2,
/// UNKNOWN in version 1.</para>
/// </remarks>
public sealed record ProxyHeader
{
    /// <summary>The version: 1 or 2. Defaults to 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Another number.</exception>
    public int Version
    {
        get;
        init => field = value is 1 or 2 ? value : throw new ArgumentOutOfRangeException(nameof(Version), value, "the version must be 1 or 2");
    } = 2;

    /// <summary>The address of the client; null if the header has no addresses.</summary>
    public SockAddr? Source { get; init; }

    /// <summary>The address that the client connected to; null if the header has no addresses.</summary>
    public SockAddr? Destination { get; init; }

    /// <summary>The protocol that the client and the proxy agreed on (ALPN), such as <c>h2</c>; null for none. Version 2.</summary>
    public string? ApplicationProtocol { get; init; }

    /// <summary>The host name that the client asked for, such as the SNI of TLS; null for none. Version 2.</summary>
    public string? Authority { get; init; }

    /// <summary>The id that the proxy gave to the connection, at most 128 bytes; empty for none. Version 2.</summary>
    public ReadOnlyMemory<byte> UniqueId { get; init; }

    /// <summary>The TLS between the client and the proxy; null without TLS, or if the proxy does not tell. Version 2.</summary>
    public ProxyTls? Tls { get; init; }

    /// <summary>The network namespace of the proxy's socket; null for none. Version 2.</summary>
    public string? NetworkNamespace { get; init; }

    /// <summary>Whether the header has a checksum (CRC32C). A received one was verified. Off by default. Version 2.</summary>
    public bool HasChecksum { get; init; }

    /// <summary>The values of other types, such as those of a cloud provider. Empty by default. Version 2.</summary>
    public IReadOnlyList<ProxyTlv> Others { get; init => field = value ?? []; } = [];
}
