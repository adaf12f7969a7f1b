using Akka.Actor.Setup;
using Akka.Hosting;

namespace ActorTcp.Hosting;

/// <summary>Passes the servers or the clients of a host to its actor system.</summary>
/// <typeparam name="T"><see cref="HostedTcpServer"/> or <see cref="HostedTcpClient"/>.</typeparam>
internal sealed class HostedSetup<T> : Setup
{
    private readonly Dictionary<string, T> _byName = [];

    /// <summary>The servers or clients by name, in the order in which they were added.</summary>
    public IReadOnlyDictionary<string, T> ByName => _byName;

    /// <summary>Adds a server or a client to a host.</summary>
    /// <param name="builder">The builder of the actor system.</param>
    /// <param name="kind">The word for it in the error message.</param>
    /// <param name="name">Its unique name.</param>
    /// <param name="hosted">The server or the client.</param>
    /// <exception cref="ArgumentException">A server or client with this name exists.</exception>
    public static void Add(AkkaConfigurationBuilder builder, string kind, string name, T hosted)
    {
        var setup = builder.Setups.OfType<HostedSetup<T>>().FirstOrDefault();
        if (setup is null)
        {
            setup = new HostedSetup<T>();
            builder.AddSetup(setup);
        }

        if (!setup._byName.TryAdd(name, hosted))
        {
            throw new ArgumentException($"The host already has a {kind} '{name}'; the name must be unique", nameof(name));
        }
    }
}
