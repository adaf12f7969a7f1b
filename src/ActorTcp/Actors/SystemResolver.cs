using System.Net;
using ActorTcp.Sockets;

namespace ActorTcp.Actors;

/// <summary>Asks the system (getaddrinfo), which puts the addresses in order by RFC 6724: IPv6 first where there is a way to it.</summary>
internal sealed class SystemResolver : IHostResolver
{
    public static readonly SystemResolver Instance = new();

    public async Task<IReadOnlyList<SockAddr>> ResolveAsync(string host, int port, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(host, cancellation).ConfigureAwait(false);
        return [.. addresses.Select(address => SockAddr.FromIPEndPoint(new IPEndPoint(address, port)))];
    }
}
