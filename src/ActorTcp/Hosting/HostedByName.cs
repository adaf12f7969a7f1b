using Akka.Actor;

namespace ActorTcp.Hosting;

/// <summary>What a host has of one kind, by their names: <see cref="TcpServers"/>, <see cref="TcpClients"/>. From any thread.</summary>
/// <typeparam name="T">The kind.</typeparam>
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

    /// <summary>All of them, started or not, in the order in which they were added; none where the system has no host.</summary>
    public IReadOnlyCollection<T> All { get; }

    /// <summary>The one of a name.</summary>
    /// <param name="name">As given to <see cref="ActorTcpHostingExtensions"/>, in the same case.</param>
    /// <exception cref="KeyNotFoundException">There is none; the message names those that there are.</exception>
    public T this[string name] => _byName.TryGetValue(name, out var hosted)
        ? hosted
        : throw new KeyNotFoundException(
            $"There is no {_kind} '{name}'; there {(_byName.Count == 0 ? "is none" : $"are {string.Join(", ", _byName.Keys)}")}");

    /// <summary>The one of a name, if there is one.</summary>
    /// <param name="name">As given to <see cref="ActorTcpHostingExtensions"/>, in the same case.</param>
    /// <param name="hosted">That one; null where there is none.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out T? hosted) => _byName.TryGetValue(name, out hosted);
}
