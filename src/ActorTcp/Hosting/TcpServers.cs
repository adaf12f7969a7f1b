using System.Diagnostics.CodeAnalysis;
using Akka.Actor;

namespace ActorTcp.Hosting;

/// <summary>The servers of a host by their names. Got by <c>system.TcpServers()</c>; from any thread.</summary>
public sealed class TcpServers : IExtension
{
    private readonly Dictionary<string, HostedTcpServer> _servers;

    private TcpServers(ExtendedActorSystem system)
    {
        var setup = system.Settings.Setup.Get<TcpServersSetup>();
        _servers = setup.HasValue ? setup.Value.Servers.ToDictionary(server => server.Name) : [];
    }

    /// <summary>All servers, bound or not.</summary>
    public IReadOnlyCollection<HostedTcpServer> All => _servers.Values;

    /// <summary>The server of a name.</summary>
    /// <param name="name">As given to <see cref="ActorTcpHostingExtensions.WithTcpServer{THandler}"/>.</param>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public HostedTcpServer this[string name] => _servers.TryGetValue(name, out var server)
        ? server
        : throw new KeyNotFoundException(
            $"There is no server '{name}'; there {(_servers.Count == 0 ? "is none" : $"are {string.Join(", ", _servers.Keys)}")}");

    /// <summary>The server of a name, if there is one.</summary>
    /// <param name="name">As given to <see cref="ActorTcpHostingExtensions.WithTcpServer{THandler}"/>.</param>
    /// <param name="server">The server.</param>
    public bool TryGet(string name, [NotNullWhen(true)] out HostedTcpServer? server) => _servers.TryGetValue(name, out server);

    internal sealed class Provider : ExtensionIdProvider<TcpServers>
    {
        public override TcpServers CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
