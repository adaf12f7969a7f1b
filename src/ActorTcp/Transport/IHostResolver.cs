using ActorTcp.Sockets;

namespace ActorTcp;

/// <summary>Finds the addresses of a host, to connect to or to listen on. An actor system uses the resolver of its <see cref="HostResolverSetup"/>.</summary>
public interface IHostResolver
{
    /// <summary>
    /// Finds the addresses of a host, the preferred one first. It is called on a thread of its own, which it may block; several lookups
    /// run at the same time. Connects and binds that wait for the same host and port share one lookup.
    /// </summary>
    /// <param name="host">The name, as in <see cref="ConnectorProtocol.Connect"/> or <see cref="ListenerProtocol.Bind"/>.</param>
    /// <param name="port">The port, as there.</param>
    /// <param name="cancellation">Is cancelled when no connect or bind waits for the answer any more.</param>
    /// <returns>The addresses, each with its port. An empty list makes the connect or bind fail with ENOENT.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">
    /// The lookup failed. HostNotFound and NoData become ENOENT, TryAgain becomes EAGAIN; every other exception becomes EIO.
    /// </exception>
    Task<IReadOnlyList<SockAddr>> ResolveAsync(string host, int port, CancellationToken cancellation);
}
