using System.Net.Security;
using ActorTcp.Settings;

namespace ActorTcp;

/// <summary>
/// TLS of a listener from files: the section <c>actortcp.listener.tls</c>. The listener reads the files when it is bound, and again when they have changed. Options
/// that need code are in <see cref="TlsOptions"/>.
/// </summary>
public sealed record TlsServerSettings : ISettingsSection
{
    /// <summary>
    /// The file of the certificate: PEM, with the certificates between it and the authority after it, or PKCS #12 (<c>.pfx</c>, <c>.p12</c>). Empty, the default,
    /// means without TLS.
    /// </summary>
    public string Certificate { get; init; } = "";

    /// <summary>The PEM file of the private key. Empty, the default, means that the key is in the file of the certificate.</summary>
    public string Key { get; init; } = "";

    /// <summary>
    /// The name of the environment variable with the password of the key or of the PKCS #12 file, so that no configuration contains it. Empty, the default, means
    /// that there is no password.
    /// </summary>
    public string PasswordVariable { get; init; } = "";

    /// <summary>Whether the server asks its clients for a certificate. Defaults to none.</summary>
    public ClientCertificateMode ClientCertificate { get; init; }

    /// <summary>The PEM file of the authorities for the certificates of clients. Empty, the default, means the authorities of the system.</summary>
    public string ClientAuthority { get; init; } = "";

    /// <inheritdoc cref="TlsOptions.HandshakeTimeout"/>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How often the listener looks whether a file has changed, as after a renewal. New connections then have the new certificate. Files that cannot be used change
    /// nothing, and are logged. Defaults to 500 ms; 0 means never.
    /// </summary>
    public TimeSpan ReloadInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether the settings ask for TLS.</summary>
    internal bool IsOn => Certificate.Length > 0;

    /// <summary>The files that <see cref="Load"/> reads.</summary>
    internal IEnumerable<string> Files => new[] { Certificate, Key, ClientAuthority }.Where(file => file.Length > 0);

    /// <summary>Reads the files.</summary>
    /// <exception cref="InvalidDataException">A file cannot be used. The message has its path and the reason.</exception>
    public TlsOptions Load()
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = TlsFiles.LoadCertificate(Certificate, Key, PasswordVariable),
            ClientCertificateRequired = ClientCertificate != ClientCertificateMode.None,
            CertificateChainPolicy = ClientAuthority.Length > 0 ? TlsFiles.LoadAuthorities(ClientAuthority) : null,
            RemoteCertificateValidationCallback = ClientCertificate == ClientCertificateMode.Optional
                ? static (_, certificate, _, errors) => certificate is null || errors == SslPolicyErrors.None
                : null,
        };
        return TlsOptions.Server(options) with { HandshakeTimeout = HandshakeTimeout };
    }

    IEnumerable<string> ISettingsSection.BrokenRules()
    {
        if (HandshakeTimeout <= TimeSpan.Zero)
        {
            yield return $"handshake-timeout is {HandshakeTimeout}; it must be above 0";
        }

        if (ReloadInterval < TimeSpan.Zero)
        {
            yield return $"reload-interval is {ReloadInterval}; it must be 0 (never) or above";
        }

        if (Certificate.Length == 0 && (Key.Length > 0 || ClientAuthority.Length > 0 || ClientCertificate != ClientCertificateMode.None))
        {
            yield return "certificate is empty; the other settings of TLS need one";
        }
    }
}
