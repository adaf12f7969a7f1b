using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace ActorTcp;

/// <summary>
/// TLS for the connections of a listener (<see cref="ListenerProtocol.Bind.Tls"/>) or of a connector (<see cref="ConnectorProtocol.Connect.Tls"/>), or
/// for one open connection (<see cref="ConnectionProtocol.StartTls"/>). Immutable; the options of .NET that it has must not be changed afterwards. Usable
/// from any thread.
/// </summary>
/// <remarks>
/// One object may serve any number of connections. What is expensive, such as the chain of a certificate, is prepared once for each object, so use the same
/// object for all of them.
/// </remarks>
public sealed record TlsOptions
{
    private TlsOptions()
    {
    }

    /// <summary>The options of a server; null for a client, or if <see cref="ServerSelector"/> chooses them for each client.</summary>
    public SslServerAuthenticationOptions? ServerOptions { get; private init; }

    /// <summary>The options of a client; null for a server.</summary>
    public SslClientAuthenticationOptions? ClientOptions { get; private init; }

    /// <summary>Chooses the options of a server for each client; null if <see cref="ServerOptions"/> are for all.</summary>
    public Func<SslClientHelloInfo, CancellationToken, ValueTask<SslServerAuthenticationOptions>>? ServerSelector { get; private init; }

    /// <summary>The maximum time of the handshake. Then the connection ends with <see cref="CloseReason.HandshakeTimeout"/>. Defaults to 10 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above 0.</exception>
    public TimeSpan HandshakeTimeout
    {
        get;
        init => field = value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(HandshakeTimeout), value, "the time of a handshake must be above 0");
    } = TimeSpan.FromSeconds(10);

    /// <summary>Whether the options are for the server's side of the handshake.</summary>
    public bool IsServer => ClientOptions is null;

    /// <summary>TLS for a server with one certificate and the defaults of .NET: TLS 1.2 and 1.3, and no certificate of the client.</summary>
    /// <param name="certificate">The certificate, with its private key.</param>
    /// <exception cref="ArgumentException">The certificate has no private key.</exception>
    public static TlsOptions Server(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return certificate.HasPrivateKey
            ? Server(new SslServerAuthenticationOptions { ServerCertificate = certificate })
            : throw new ArgumentException($"the certificate {certificate.Subject} has no private key; a server needs it", nameof(certificate));
    }

    /// <summary>TLS for a server.</summary>
    /// <param name="options">
    /// The options: certificates (also by the name that the client asks for, SNI), ALPN protocols, versions, the client's certificate. Its callbacks are called on
    /// the thread pool.
    /// </param>
    /// <exception cref="ArgumentException">The options have no certificate and no callback for one.</exception>
    public static TlsOptions Server(SslServerAuthenticationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options is { ServerCertificate: null, ServerCertificateContext: null, ServerCertificateSelectionCallback: null }
            ? throw new ArgumentException("the options have no ServerCertificate, ServerCertificateContext or ServerCertificateSelectionCallback; a server needs one of them", nameof(options))
            : new TlsOptions { ServerOptions = options };
    }

    /// <summary>TLS for a server whose options depend on the client's first message, and may come from elsewhere.</summary>
    /// <param name="selector">
    /// Returns the options for one client. Called on the thread pool; its task may complete on any thread. Return the same object
    /// for the same certificate, with a <see cref="SslServerAuthenticationOptions.ServerCertificateContext"/>: preparing one takes some milliseconds.
    /// </param>
    public static TlsOptions Server(Func<SslClientHelloInfo, CancellationToken, ValueTask<SslServerAuthenticationOptions>> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return new TlsOptions { ServerSelector = selector };
    }

    /// <summary>TLS for a client. The certificate of the server is verified against the system's authorities and the host name.</summary>
    /// <param name="targetHost">The name of the server. Null: the host of the <see cref="ConnectorProtocol.Connect"/>.</param>
    public static TlsOptions Client(string? targetHost = null) => Client(new SslClientAuthenticationOptions { TargetHost = targetHost });

    /// <summary>TLS for a client.</summary>
    /// <param name="options">
    /// The options. Without a <see cref="SslClientAuthenticationOptions.TargetHost"/> it is the host of the <see cref="ConnectorProtocol.Connect"/>. Its callbacks are
    /// called on the thread pool.
    /// </param>
    public static TlsOptions Client(SslClientAuthenticationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new TlsOptions { ClientOptions = options };
    }
}
