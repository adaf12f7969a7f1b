using ActorTcp.Actors;
using ActorTcp.Sockets;

namespace ActorTcp.Hosting;

/// <summary>What a hosted server is: where it listens, and what its connections are like.</summary>
public sealed class TcpServerOptions : HostedHandlerOptions
{
    /// <summary>Where it listens, one listener each. At least one; port 0 lets the kernel choose. An <c>IPEndPoint</c> converts by itself.</summary>
    public IList<SockAddr> EndPoints { get; } = [];

    /// <summary>How many ports behind that of each address it listens on as well (<see cref="ListenerProtocol.SetPorts"/>), 0 to 4096.</summary>
    public int MorePorts { get; set; }

    /// <summary>Changes what <c>actortcp.listener</c> says, for this server.</summary>
    public Func<ListenerSettings, ListenerSettings>? Listener { get; set; }

    /// <summary>Changes what <c>actortcp.connection</c> says, for this server's connections.</summary>
    public Func<ConnectionSettings, ConnectionSettings>? Connection { get; set; }

    /// <summary>Adds an address.</summary>
    /// <param name="address">An IPv4 or IPv6 address.</param>
    /// <param name="port">0 to 65535; 0 lets the kernel choose.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentException">It is no address, or no port.</exception>
    public TcpServerOptions Listen(string address, int port)
    {
        EndPoints.Add(Tcp.SockAddr(address, port) ?? throw new ArgumentException($"'{address}' and {port} are no address and port", nameof(address)));
        return this;
    }
}
