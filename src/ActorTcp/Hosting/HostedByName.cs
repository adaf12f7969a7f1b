using Akka.Actor;

namespace ActorTcp.Hosting;

/// <summary>The servers or the clients of a host, by name: the base of <see cref="TcpServers"/> and <see cref="TcpClients"/>.</summary>
/// <remarks>Can be used from any thread.</remarks>
/// <typeparam name="T"><see cref="HostedTcpServer"/> or <see cref="HostedTcpClient"/>.</typeparam>
public abstract class HostedByName<T> : IExtension
    where T : class
{
    private readonly string _kind;
    private readonly IReadOnlyDictionary<string, T> _byName;

    private protected HostedByName(ExtendedActorSystem system, string kind)
    {
        _kind = kind;
        var setup = system.Settings.Setup.Get<HostedSetup<T>>();
        _byName = setup.HasValue ? setup.Value.ByName : new Dictionary<string, T>();
        All = [.. _byName.Values];
    }

    /// <summary>
    /// All servers or clients, started or not, in the order in which they were added. Empty if the actor system does not belong to a host.
    /// </summary>
    public IReadOnlyCollection<T> All { get; }

    /// <summary>The server or client with a name.</summary>
    /// <param name="name">The name that it was added with. Case matters.</param>
    /// <exception cref="KeyNotFoundException">No server or client has this name. The message lists the existing names.</exception>
    public T this[string name] => _byName.TryGetValue(name, out var hosted)
        ? hosted
        : throw new KeyNotFoundException(
            $"The host has no {_kind} '{name}'; it has {(_byName.Count == 0 ? "none" : string.Join(", ", _byName.Keys))}");

    /// <summary>Gets the server or client with a name, if it exists.</summary>
    /// <param name="name">The name that it was added with. Case matters.</param>
    /// <param name="hosted">The server or client; null if none has this name.</param>
    /// <returns>Whether a server or client has this name.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out T? hosted) => _byName.TryGetValue(name, out hosted);
}
