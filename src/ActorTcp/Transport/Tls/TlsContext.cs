using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace ActorTcp.Transport.Tls;

/// <summary>What all connections with the same <see cref="TlsOptions"/> share. Immutable, for any thread.</summary>
internal sealed class TlsContext
{
    private static readonly ConditionalWeakTable<TlsOptions, TlsContext> OfOptions = [];

    /// <summary>The prepared options of those that selectors have returned: usually a few objects.</summary>
    private static readonly ConditionalWeakTable<SslServerAuthenticationOptions, SslServerAuthenticationOptions> Selected = [];

    private readonly SslServerAuthenticationOptions? _server;
    private readonly ServerOptionsSelectionCallback? _selector;

    private TlsContext(TlsOptions options)
    {
        Options = options;
        _server = options.ServerOptions is { } server ? Prepare(server) : null;
        _selector = options.ServerSelector is { } select ? async (_, hello, _, cancel) => PreparedOf(await select(hello, cancel).ConfigureAwait(false)) : null;
    }

    public TlsOptions Options { get; }

    /// <summary>
    /// Whether the steps of the handshake run on the thread pool: the peer's certificate is validated in one of them, which takes a millisecond or more
    /// and may use the network, or a callback of the user is called, which may block.
    /// </summary>
    public bool HandshakesOnPool => _server is not { ClientCertificateRequired: false, ServerCertificateSelectionCallback: null };

    /// <summary>The context of options. The first call prepares the certificate.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The certificate cannot be used.</exception>
    public static TlsContext Of(TlsOptions options) => OfOptions.GetValue(options, static options => new TlsContext(options));

    /// <summary>Starts the handshake.</summary>
    /// <param name="ssl">The stream.</param>
    /// <param name="host">The name that a client expects of the server, if its options have none.</param>
    public Task Authenticate(SslStream ssl, string? host)
    {
        if (_selector is not null)
        {
            return ssl.AuthenticateAsServerAsync(_selector, null);
        }

        return _server is not null ? ssl.AuthenticateAsServerAsync(_server) : ssl.AuthenticateAsClientAsync(ClientOptions(host));
    }

    /// <summary>Creates the session of one connection.</summary>
    /// <param name="host">The name that a client expects of the server, if its options have none.</param>
    /// <param name="owner">Receives the ciphertext.</param>
    public ITlsSession CreateSession(string? host, ITlsSessionOwner owner) => new SslStreamSession(this, host, owner);

    private SslClientAuthenticationOptions ClientOptions(string? host)
    {
        var given = Options.ClientOptions!;
        if (given.TargetHost is { Length: > 0 } || host is null)
        {
            return given;
        }

        var named = CopyOf(given);
        named.TargetHost = host;
        return named;
    }

    private static SslServerAuthenticationOptions PreparedOf(SslServerAuthenticationOptions selected)
    {
        ArgumentNullException.ThrowIfNull(selected);
        return Selected.GetValue(selected, Prepare);
    }

    /// <summary>The options as connections use them: with a prepared certificate, which SslStream would otherwise prepare for each connection.</summary>
    /// <remarks>
    /// A server that asks for certificates resumes no session. .NET shares the keys of its sessions between all servers with the same certificate. So a client
    /// could resume the session of a server that did not ask, and would have no certificate here.
    /// </remarks>
    private static SslServerAuthenticationOptions Prepare(SslServerAuthenticationOptions given)
    {
        var mustNotResume = given.ClientCertificateRequired && given.AllowTlsResume;
        var needsContext = given is { ServerCertificateContext: null, ServerCertificate: not null, ServerCertificateSelectionCallback: null };
        if (!mustNotResume && !needsContext)
        {
            return given;
        }

        var prepared = CopyOf(given);
        prepared.AllowTlsResume = given.AllowTlsResume && !mustNotResume;
        if (needsContext)
        {
            prepared.ServerCertificate = null;
            prepared.ServerCertificateContext = SslStreamCertificateContext.Create(
                given.ServerCertificate as X509Certificate2 ?? new X509Certificate2(given.ServerCertificate!), additionalCertificates: null, offline: true);
        }

        return prepared;
    }

    /// <summary>A copy with all properties, those of later versions of .NET too.</summary>
    private static T CopyOf<T>(T options)
        where T : new()
    {
        var copy = new T();
        foreach (var property in typeof(T).GetProperties().Where(property => property is { CanRead: true, CanWrite: true }))
        {
            property.SetValue(copy, property.GetValue(options));
        }

        return copy;
    }
}
