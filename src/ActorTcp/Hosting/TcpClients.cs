using System.Diagnostics.CodeAnalysis;
using Akka.Actor;

namespace ActorTcp.Hosting;

/// <summary>The clients of a host by their names. Got by <c>system.TcpClients()</c>; from any thread.</summary>
public sealed class TcpClients : IExtension
{
    private readonly Dictionary<string, HostedTcpClient> _clients;

    private TcpClients(ExtendedActorSystem system)
    {
        var setup = system.Settings.Setup.Get<TcpClientsSetup>();
        _clients = setup.HasValue ? setup.Value.Clients.ToDictionary(client => client.Name) : [];
    }

    /// <summary>All clients, connected or not.</summary>
    public IReadOnlyCollection<HostedTcpClient> All => _clients.Values;

    /// <summary>The client of a name.</summary>
    /// <param name="name">As given to <see cref="ActorTcpHostingExtensions.WithTcpClient{THandler}"/>.</param>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public HostedTcpClient this[string name] => _clients.TryGetValue(name, out var client)
        ? client
        : throw new KeyNotFoundException(
            $"There is no client '{name}'; there {(_clients.Count == 0 ? "is none" : $"are {string.Join(", ", _clients.Keys)}")}");

    /// <summary>The client of a name, if there is one.</summary>
    /// <param name="name">As given to <see cref="ActorTcpHostingExtensions.WithTcpClient{THandler}"/>.</param>
    /// <param name="client">The client.</param>
    public bool TryGet(string name, [NotNullWhen(true)] out HostedTcpClient? client) => _clients.TryGetValue(name, out client);

    internal sealed class Provider : ExtensionIdProvider<TcpClients>
    {
        public override TcpClients CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
