using Akka.Actor;

namespace ActorTcp;

/// <summary>Returns the ActorTcp extension of an actor system, and what it makes: groups, the directory and presence.</summary>
public static class ActorTcpSystemExtensions
{
    /// <summary>
    /// The <see cref="ActorTcpExtension"/> of the actor system. The first call creates it and starts the poll loops. Can be called from any thread.
    /// </summary>
    /// <param name="system">The actor system.</param>
    /// <exception cref="ArgumentNullException"><paramref name="system"/> is null.</exception>
    /// <exception cref="PlatformNotSupportedException">The operating system is not Linux.</exception>
    /// <exception cref="Akka.Configuration.ConfigurationException">A setting in the section <c>actortcp</c> breaks its rule.</exception>
    public static ActorTcpExtension ActorTcp(this ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.WithExtension<ActorTcpExtension, ActorTcpExtensionProvider>();
    }

    /// <summary>The groups of the actor system, or of its cluster. Can be called from any thread.</summary>
    /// <param name="system">The actor system.</param>
    /// <exception cref="ArgumentNullException"><paramref name="system"/> is null.</exception>
    public static ActorGroups Groups(this ActorSystem system) => new(system.ActorTcp().Groups);

    /// <summary>The directory of names of the actor system, or of its cluster. Can be called from any thread.</summary>
    /// <param name="system">The actor system.</param>
    /// <exception cref="ArgumentNullException"><paramref name="system"/> is null.</exception>
    public static ActorDirectory Directory(this ActorSystem system) => new(system.ActorTcp().Groups);

    /// <summary>The presence in the groups of the actor system, or of its cluster. Can be called from any thread.</summary>
    /// <param name="system">The actor system.</param>
    /// <exception cref="ArgumentNullException"><paramref name="system"/> is null.</exception>
    public static ActorPresence Presence(this ActorSystem system) => new(system.ActorTcp().Groups);
}
