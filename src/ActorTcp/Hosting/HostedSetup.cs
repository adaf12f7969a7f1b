using Akka.Actor.Setup;
using Akka.Hosting;

namespace ActorTcp.Hosting;

/// <summary>Brings what a host has been given of one kind to its actor system.</summary>
/// <typeparam name="T">The kind.</typeparam>
internal sealed class HostedSetup<T> : Setup
{
    private readonly Dictionary<string, T> _byName = [];

    /// <summary>In the order in which they were added.</summary>
    public IReadOnlyDictionary<string, T> ByName => _byName;

    /// <summary>Gives a host one more.</summary>
    /// <param name="builder">The builder of the host's system.</param>
    /// <param name="kind">What it is called, in the error.</param>
    /// <param name="name">Its name.</param>
    /// <param name="hosted">What it is given.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
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
            throw new ArgumentException($"There is a {kind} '{name}' already", nameof(name));
        }
    }
}
