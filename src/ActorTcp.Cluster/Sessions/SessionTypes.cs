using System.Collections.Concurrent;
using Akka.Actor;

namespace ActorTcp.Cluster.Sessions;

/// <summary>The types of sessions of an actor system, by the class of the session.</summary>
internal sealed class SessionTypes : IExtension
{
    private readonly ConcurrentDictionary<Type, SessionType> _types = new();

    public static SessionTypes Get(ActorSystem system) => system.WithExtension<SessionTypes, Provider>();

    public void Add(Type session, SessionType type)
    {
        if (!_types.TryAdd(session, type))
        {
            throw new ArgumentException($"Sessions of the class {session.Name} have been added before, with the type name '{_types[session].Name}'");
        }
    }

    /// <summary>The type of a class, or of a base class of it.</summary>
    /// <exception cref="InvalidOperationException">Sessions of the class were not added.</exception>
    public SessionType Of(Type session)
    {
        for (var current = session; current is not null; current = current.BaseType)
        {
            if (_types.TryGetValue(current, out var type))
            {
                return type;
            }
        }

        throw new InvalidOperationException($"Sessions of the class {session.Name} were not added; call WithActorTcpSessions<{session.Name}> before the server is added");
    }

    internal sealed class Provider : ExtensionIdProvider<SessionTypes>
    {
        public override SessionTypes CreateExtension(ExtendedActorSystem system) => new();
    }
}
