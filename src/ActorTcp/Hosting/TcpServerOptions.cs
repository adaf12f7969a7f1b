using System.Net;
using System.Security.Cryptography.X509Certificates;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using Akka.Actor;

namespace ActorTcp.Hosting;

/// <summary>The options of a hosted server. They are read once, when the host starts.</summary>
public sealed class TcpServerOptions : HostedOptions
{
    /// <summary>
    /// The addresses to listen on; each has its own listener. May be Unix sockets (<see cref="ListenUnix"/>). With port 0 the kernel chooses a port. An <c>IPEndPoint</c> converts implicitly.
    /// </summary>
    /// <remarks>A server needs at least one address here, one host in <see cref="Hosts"/>, or one name in <see cref="Inherited"/>.</remarks>
    public IList<SockAddr> EndPoints { get; } = [];

    /// <summary>
    /// The host names to listen on, in addition to <see cref="EndPoints"/>. Each has its own listener, on all addresses of the name that this
    /// machine has. With port 0 the kernel chooses a port.
    /// </summary>
    public IList<DnsEndPoint> Hosts { get; } = [];

    /// <summary>
    /// The names of the sockets to listen on that the process has inherited from its service manager (<see cref="InheritedSockets"/>, docs/systemd.md), in
    /// addition to <see cref="EndPoints"/> and <see cref="Hosts"/>. Each name has one listener, for all its sockets.
    /// </summary>
    /// <remarks>The service manager sets the options of these sockets. Options of <see cref="Listener"/> that are set before a bind have no effect on them.</remarks>
    public IList<string> Inherited { get; } = [];

    /// <summary>
    /// The number of consecutive ports after the port of each address on which the server listens too: 0 to 4096
    /// (<see cref="ListenerProtocol.SetPorts"/>). Unix sockets and inherited sockets have none. Defaults to 0.
    /// </summary>
    public int MorePorts { get; set; }

    /// <summary>
    /// Returns the listener settings of this server. Its argument is <c>actortcp.listener</c>. Null, the default: no changes.
    /// </summary>
    public Func<ListenerSettings, ListenerSettings>? Listener { get; set; }

    /// <summary>
    /// Returns the connection settings of this server. Its argument is <c>actortcp.connection</c>. Null, the default: no changes.
    /// </summary>
    public Func<ConnectionSettings, ConnectionSettings>? Connection { get; set; }

    /// <summary>Adds an address to <see cref="EndPoints"/>, or a host name to <see cref="Hosts"/>.</summary>
    /// <param name="host">An IPv4 or IPv6 address, a host name, or <c>unix:</c> with a path and port 0. <c>localhost</c> means 127.0.0.1 and ::1.</param>
    /// <param name="port">The port: 0 to 65535. With 0 the kernel chooses a port.</param>
    /// <returns>These options, for chained calls.</returns>
    /// <exception cref="ArgumentException">The host is neither an address nor a host name, or the port is out of range.</exception>
    public TcpServerOptions Listen(string host, int port)
    {
        var address = HostNames.AddressOf(host, port);
        if (HostNames.NameOrNull(host) is { } name)
        {
            Hosts.Add(new DnsEndPoint(name, port));
        }
        else
        {
            EndPoints.Add(address);
        }

        return this;
    }

    /// <summary>
    /// Accepts headers of the PROXY protocol, with the addresses of the clients of a proxy. Null, the default, means
    /// <c>actortcp.listener.proxy-protocol</c>.
    /// </summary>
    public ProxyProtocolOptions? ProxyProtocol { get; set; }

    /// <summary>Adds a Unix domain socket to <see cref="EndPoints"/>.</summary>
    /// <param name="path">The path of its file, or <c>@</c> and an abstract name (<see cref="SockAddr.Unix"/>).</param>
    /// <returns>These options, for chained calls.</returns>
    /// <exception cref="ArgumentException">The path is empty, is too long, or has a character of code 0.</exception>
    public TcpServerOptions ListenUnix(string path)
    {
        EndPoints.Add(SockAddr.Unix(path));
        return this;
    }

    /// <summary>Adds a name to <see cref="Inherited"/>.</summary>
    /// <param name="name">The name of the inherited sockets, such as the <c>FileDescriptorName=</c> of a socket unit of systemd.</param>
    /// <returns>These options, for chained calls.</returns>
    /// <exception cref="ArgumentException">The name is null or empty.</exception>
    public TcpServerOptions ListenInherited(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Inherited.Add(name);
        return this;
    }

    /// <summary>TLS with one certificate and the defaults of .NET (<see cref="TlsOptions.Server(X509Certificate2)"/>).</summary>
    /// <param name="certificate">The certificate, with its private key.</param>
    /// <returns>These options, for chained calls.</returns>
    /// <exception cref="ArgumentException">The certificate has no private key.</exception>
    public TcpServerOptions UseTls(X509Certificate2 certificate)
    {
        Tls = TlsOptions.Server(certificate);
        return this;
    }

    /// <summary>TLS with files, which are read again when they change (<see cref="TlsServerSettings"/>).</summary>
    /// <param name="certificate">The file of the certificate: PEM or PKCS #12.</param>
    /// <param name="key">The PEM file of its key. Empty: the key is in the file of the certificate.</param>
    /// <returns>These options, for chained calls.</returns>
    public TcpServerOptions UseTls(string certificate, string key = "") => UseTls(new TlsServerSettings { Certificate = certificate, Key = key });

    /// <summary>TLS with files, which are read again when they change.</summary>
    /// <param name="files">The files.</param>
    /// <returns>These options, for chained calls.</returns>
    public TcpServerOptions UseTls(TlsServerSettings files)
    {
        ArgumentNullException.ThrowIfNull(files);
        TlsFiles = files;
        return this;
    }

    private TlsServerSettings? TlsFiles { get; set; }

    /// <summary>The number of listeners of the server.</summary>
    internal int ListenerCount => EndPoints.Count + Hosts.Count + Inherited.Count;

    /// <summary>The messages that bind the server, one for each listener.</summary>
    /// <param name="handlers">The Props of the handlers.</param>
    /// <param name="settings">The settings of the actor system.</param>
    internal IEnumerable<ListenerProtocol.Bind> Binds(Props handlers, ActorTcpSettings settings) =>
        EndPoints.Select(address => new ListenerProtocol.Bind(address, handlers))
            .Concat(Hosts.Select(host => new ListenerProtocol.Bind(host.Host, host.Port, handlers)))
            .Concat(Inherited.Select(name => ListenerProtocol.Bind.Inherited(name, handlers)))
            .Select(bind => bind with
            {
                HandlerOptions = HandlerOptions,
                Settings = SettingsOf(settings.Listener),
                Tls = Tls,
                ProxyProtocol = ProxyProtocol,
                ConnectionSettings = Connection?.Invoke(settings.Connection),
            });

    private ListenerSettings? SettingsOf(ListenerSettings general)
    {
        var changed = Listener?.Invoke(general);
        return TlsFiles is null ? changed : (changed ?? general) with { Tls = TlsFiles };
    }
}
