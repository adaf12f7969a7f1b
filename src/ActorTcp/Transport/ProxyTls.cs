namespace ActorTcp;

/// <summary>The TLS between a client and a proxy, as the proxy tells it. Part of a <see cref="ProxyHeader"/>.</summary>
public sealed record ProxyTls
{
    /// <summary>Whether the client connected with TLS.</summary>
    public bool IsSecured { get; init; }

    /// <summary>Whether the client has sent a certificate on this connection.</summary>
    public bool SentCertificate { get; init; }

    /// <summary>Whether the client has sent a certificate on this connection or on an earlier one of the same TLS session.</summary>
    public bool HasCertificate { get; init; }

    /// <summary>Whether the proxy has verified the certificate. True only if there is one.</summary>
    public bool IsVerified { get; init; }

    /// <summary>The version, such as <c>TLSv1.3</c>; null if unknown.</summary>
    public string? Version { get; init; }

    /// <summary>The common name of the client's certificate; null if unknown.</summary>
    public string? CommonName { get; init; }

    /// <summary>The cipher, such as <c>ECDHE-RSA-AES128-GCM-SHA256</c>; null if unknown.</summary>
    public string? Cipher { get; init; }

    /// <summary>The algorithm that signed the certificate of the proxy, such as <c>SHA256</c>; null if unknown.</summary>
    public string? SignatureAlgorithm { get; init; }

    /// <summary>The algorithm of the key of the proxy's certificate, such as <c>RSA2048</c>; null if unknown.</summary>
    public string? KeyAlgorithm { get; init; }
}
