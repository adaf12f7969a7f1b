using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <content>The documented constants, with their documented names.</content>
public sealed unsafe partial class Tcp
{
    /// <summary>The domain of IPv4 addresses.</summary>
    public const int AF_INET = SocketNumbers.FamilyInet;

    /// <summary>The domain of IPv6 addresses.</summary>
    public const int AF_INET6 = SocketNumbers.FamilyInet6;

    /// <summary>No address.</summary>
    public const string INADDR_NONE = "255.255.255.255";

    /// <summary>This host, IPv4.</summary>
    public const string INADDR_LOOPBACK = "127.0.0.1";

    /// <summary>Every IPv4 address of this host.</summary>
    public const string INADDR_ANY = "0.0.0.0";

    /// <summary>The IPv4 broadcast address. TCP cannot use it.</summary>
    public const string INADDR_BROADCAST = "255.255.255.255";

    /// <summary>Every IPv6 address of this host, and every IPv4 address unless the socket is restricted to IPv6.</summary>
    public const string IN6ADDR_ANY = "::";

    /// <summary>This host, IPv6.</summary>
    public const string IN6ADDR_LOOPBACK = "::1";

    /// <summary>All nodes, interface-local multicast.</summary>
    public const string IN6ADDR_NODELOCAL_ALLNODES = "ff01::1";

    /// <summary>All nodes, link-local multicast.</summary>
    public const string IN6ADDR_LINKLOCAL_ALLNODES = "ff02::1";

    /// <summary>All routers, as in the documentation (RFC 4291 has ff02::2 for the link).</summary>
    public const string IN6ADDR_LINKLOCAL_ALLROUTERS = "ff01::2";

    /// <summary>The result of a receive at the end of the stream: minus <see cref="Errno.ENODATA"/>, which recv(2) never returns.</summary>
    public const int EndOfStream = -(int)Errno.ENODATA;

    /// <summary>
    /// Creates an address from text and a port: the documented <c>Tcp.sockaddr</c>.
    /// </summary>
    /// <param name="addr">An IPv4 or IPv6 address. Host names are not resolved.</param>
    /// <param name="port">The port: 0 to 65535. With 0 the kernel chooses the port of a server.</param>
    /// <param name="domain"><see cref="AF_INET"/>, <see cref="AF_INET6"/>, or 0 for the domain of the address. Defaults to 0.</param>
    /// <returns>The address; null with <see cref="Errno.EINVAL"/> if the address is malformed, the port is out of range, or the domain does not match the address.</returns>
    /// <exception cref="ArgumentNullException">The address is null.</exception>
    public static SockAddr? SockAddr(string addr, int port, int domain = 0)
    {
        ArgumentNullException.ThrowIfNull(addr);
        return Sockets.SockAddr.TryCreate(addr, port, domain) ?? LastError.Null<SockAddr>(Errno.EINVAL);
    }
}
