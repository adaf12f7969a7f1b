using System.Net.Security;
using ActorTcp.Settings;

namespace ActorTcp;

/// <summary>
/// TLS of a connector: the section <c>actortcp.connector.tls</c>. The name of the server is verified. Options that need code are in <see cref="TlsOptions"/>.
/// </summary>
public sealed record TlsClientSettings : ISettingsSection
{
    private static readonly ConditionalWeakTable<TlsClientSettings, Loaded> LastLoaded = [];

    /// <summary>Whether connectors use TLS. Off by default.</summary>
    public bool Enabled { get; init; }

    /// <summary>The name that the certificate of the server must have. Empty, the default, means the host of the <see cref="ConnectorProtocol.Connect"/>.</summary>
    public string TargetHost { get; init; } = "";

    /// <summary>The PEM file of the authorities for the certificate of the server. Empty, the default, means the authorities of the system.</summary>
    public string Authority { get; init; } = "";

    /// <summary>The file of the client's own certificate, as in <see cref="TlsServerSettings.Certificate"/>. Empty, the default, means none.</summary>
    public string Certificate { get; init; } = "";

    /// <inheritdoc cref="TlsServerSettings.Key"/>
    public string Key { get; init; } = "";

    /// <inheritdoc cref="TlsServerSettings.PasswordVariable"/>
    public string PasswordVariable { get; init; } = "";

    /// <inheritdoc cref="TlsOptions.HandshakeTimeout"/>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Reads the files.</summary>
    /// <exception cref="InvalidDataException">A file cannot be used. The message has its path and the reason.</exception>
    public TlsOptions Load()
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = TargetHost.Length > 0 ? TargetHost : null,
            CertificateChainPolicy = Authority.Length > 0 ? TlsFiles.LoadAuthorities(Authority) : null,
            ClientCertificateContext = Certificate.Length > 0 ? TlsFiles.LoadCertificate(Certificate, Key, PasswordVariable) : null,
        };
        return TlsOptions.Client(options) with { HandshakeTimeout = HandshakeTimeout };
    }

    /// <summary>The files that <see cref="Load"/> reads.</summary>
    internal IEnumerable<string> Files => new[] { Authority, Certificate, Key }.Where(path => path.Length > 0);

    /// <summary>
    /// The options of the files. They are read again only if a file has changed, so that all connectors with these settings share one object, and a connect
    /// does not wait for files.
    /// </summary>
    /// <exception cref="InvalidDataException">A file cannot be used.</exception>
    internal TlsOptions LoadIfChanged()
    {
        var stamp = TlsFiles.StampOf(Files);
        if (LastLoaded.TryGetValue(this, out var last) && last.Stamp == stamp)
        {
            return last.Options;
        }

        var options = Load();
        LastLoaded.AddOrUpdate(this, new Loaded(stamp, options));
        return options;
    }

    IEnumerable<string> ISettingsSection.BrokenRules()
    {
        if (HandshakeTimeout <= TimeSpan.Zero)
        {
            yield return $"handshake-timeout is {HandshakeTimeout}; it must be above 0";
        }
    }

    private sealed record Loaded(string Stamp, TlsOptions Options);
}
