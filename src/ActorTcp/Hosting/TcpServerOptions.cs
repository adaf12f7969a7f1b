using System.Net;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using Akka.Actor;

namespace ActorTcp.Hosting;

/// <summary>What a hosted server is: where it listens, and what its connections are like.</summary>
public sealed class TcpServerOptions : HostedOptions
{
    /// <summary>Addresses where it listens, one listener each. It needs one, or one of <see cref="Hosts"/>; port 0 lets the kernel choose. An <c>IPEndPoint</c> converts by itself.</summary>
    public IList<SockAddr> EndPoints { get; } = [];

    /// <summary>
    /// Hosts where it listens as well, after <see cref="EndPoints"/>: one listener each, on all addresses that the host has on this machine. Port
    /// 0 lets the kernel choose.
    /// </summary>
    public IList<DnsEndPoint> Hosts { get; } = [];

    /// <summary>How many ports behind that of each address it listens on as well (<see cref="ListenerProtocol.SetPorts"/>), 0 to 4096.</summary>
    public int MorePorts { get; set; }

    /// <summary>Changes what <c>actortcp.listener</c> says, for this server.</summary>
    public Func<ListenerSettings, ListenerSettings>? Listener { get; set; }

    /// <summary>Changes what <c>actortcp.connection</c> says, for this server's connections.</summary>
    public Func<ConnectionSettings, ConnectionSettings>? Connection { get; set; }

    /// <summary>Adds an address or a host.</summary>
    /// <param name="host">An IPv4 or IPv6 address, or a host name. <c>localhost</c> is 127.0.0.1 and ::1.</param>
    /// <param name="port">0 to 65535; 0 lets the kernel choose.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentException">It is neither an address nor a name, or the port is out of range.</exception>
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

    /// <summary>The messages that bind it, one for each listener.</summary>
    /// <param name="handlers">The Props of the handlers.</param>
    /// <param name="settings">The settings of the system.</param>
    internal IEnumerable<ListenerProtocol.Bind> Binds(Props handlers, ActorTcpSettings settings) =>
        EndPoints.Select(address => new ListenerProtocol.Bind(address, handlers))
            .Concat(Hosts.Select(host => new ListenerProtocol.Bind(host.Host, host.Port, handlers)))
            .Select(bind => bind with
            {
                HandlerOptions = HandlerOptions,
                Settings = Listener?.Invoke(settings.Listener),
                ConnectionSettings = Connection?.Invoke(settings.Connection),
            });
}
