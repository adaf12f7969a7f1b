using ActorTcp.Sockets;

namespace ActorTcp.Actors;

/// <summary>Finds the addresses of a host.</summary>
internal interface IHostResolver
{
    /// <summary>The addresses, the preferred first, each with the port. From any thread; what fails is thrown by the task.</summary>
    Task<IReadOnlyList<SockAddr>> ResolveAsync(string host, int port, CancellationToken cancellation);
}
