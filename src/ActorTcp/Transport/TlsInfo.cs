using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace ActorTcp;

/// <summary>What a TLS handshake has agreed on. Part of <see cref="ConnectionProtocol.Connected"/> and <see cref="ConnectionDescription"/>.</summary>
/// <param name="Protocol">The version of TLS.</param>
/// <param name="CipherSuite">The cipher suite.</param>
/// <param name="ApplicationProtocol">The protocol that both sides agreed on (ALPN, RFC 7301), such as <c>h2</c>; null if they agreed on none.</param>
/// <param name="ServerName">The name of the server that the client asked for (SNI, RFC 6066); null if it sent none.</param>
/// <param name="RemoteCertificate">The certificate of the peer; null if it sent none. A server's peer sends one only if the server asks for it.</param>
public sealed record TlsInfo(
    SslProtocols Protocol,
    TlsCipherSuite CipherSuite,
    string? ApplicationProtocol,
    string? ServerName,
    X509Certificate2? RemoteCertificate);
