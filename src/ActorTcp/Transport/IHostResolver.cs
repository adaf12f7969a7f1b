using ActorTcp.Sockets;

namespace ActorTcp;

/// <summary>
/// Looks up the addresses of a host, for connectors and listeners. An actor system uses the resolver of its <see cref="HostResolverSetup"/>.
/// </summary>
public interface IHostResolver
{
    /// <summary>Looks up the addresses of a host.</summary>
    /// <remarks>
    /// It is called on its own thread, which it may block. It is called for several hosts at the same time. Connects and binds that wait for the
    /// same host and port share one lookup.
    /// </remarks>
    /// <param name="host">The host name of a <see cref="ConnectorProtocol.Connect"/> or a <see cref="ListenerProtocol.Bind"/>.</param>
    /// <param name="port">The port of that message.</param>
    /// <param name="cancellation">Is cancelled when the last connect or bind that waits for the result has ended.</param>
    /// <returns>
    /// The addresses, each with its port, the preferred one first. With an empty list the connect or bind fails with ENOENT.
    /// </returns>
    /// <exception cref="System.Net.Sockets.SocketException">
    /// The lookup failed. HostNotFound and NoData become ENOENT, TryAgain becomes EAGAIN; every other exception becomes EIO.
    /// </exception>
    Task<IReadOnlyList<SockAddr>> ResolveAsync(string host, int port, CancellationToken cancellation);
}
