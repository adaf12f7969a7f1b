using ActorTcp.Cluster.Sessions;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.DependencyInjection;
using Akka.DistributedData;
using Akka.Hosting;
using AkkaCluster = Akka.Cluster.Cluster;

namespace ActorTcp.Cluster;

/// <summary>Adds sessions to the actor system of a host.</summary>
public static class ActorTcpSessionsExtensions
{
    private const string Hocon = """
        akka.actor {
          serializers.actortcp-sessions = "ActorTcp.Cluster.Sessions.SessionSerializer, ActorTcp.Cluster"
          serialization-bindings { "ActorTcp.Cluster.Sessions.ISessionMessage, ActorTcp.Cluster" = actortcp-sessions }
          serialization-identifiers { "ActorTcp.Cluster.Sessions.SessionSerializer, ActorTcp.Cluster" = 20491 }
        }
        """;

    /// <summary>
    /// Adds a type of sessions. Add it before the server, whose handler is <see cref="SessionHandler{TSession}"/>. All nodes of the cluster add it, with the
    /// same name and options. The cluster itself is set up by <c>WithClustering</c>; it may have one node.
    /// </summary>
    /// <typeparam name="TSession">The class of the sessions. One actor system has one type of sessions of a class.</typeparam>
    /// <param name="builder">The builder of the actor system.</param>
    /// <param name="typeName">The name of the type in the cluster. It must be a valid name of an actor.</param>
    /// <param name="session">The Props of a session. Null, the default: dependency injection resolves the parameters of its constructor.</param>
    /// <param name="options">The options. Null: <see cref="SessionOptions.Default"/>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException"><paramref name="typeName"/> is not a valid name.</exception>
    public static AkkaConfigurationBuilder WithActorTcpSessions<TSession>(
        this AkkaConfigurationBuilder builder,
        string typeName,
        Func<IDependencyResolver, Props>? session = null,
        SessionOptions? options = null)
        where TSession : Session
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!ActorPath.IsValidPathElement(typeName))
        {
            throw new ArgumentException($"typeName is '{typeName}'; it must be a valid name of an actor", nameof(typeName));
        }

        return builder
            .AddHocon(Hocon, HoconAddMode.Append)
            .AddHocon(
                ClusterSharding.DefaultConfig()
                    .WithFallback(ClusterSingleton.DefaultConfig())
                    .WithFallback(DistributedData.DefaultConfig()),
                HoconAddMode.Append)
            .AddStartup((system, registry) =>
            {
                var resolver = DependencyResolver.For(system).Resolver;
                var props = session?.Invoke(resolver) ?? resolver.Props<TSession>();
                registry.Register<TSession>(Start<TSession>(system, typeName, props, options ?? SessionOptions.Default));
            });
    }

    private static IActorRef Start<TSession>(ActorSystem system, string typeName, Props props, SessionOptions options)
        where TSession : Session
    {
        var meters = new SessionMeters(system.Name, typeName);
        system.RegisterOnTermination(meters.Dispose);
        var type = new SessionType(system, typeName, options, meters);
        SessionTypes.Get(system).Add(typeof(TSession), type);
        var sharding = ClusterSharding.Get(system);
        var extractor = new SessionExtractor(options.Shards);
        if (options.Role is { } role && !AkkaCluster.Get(system).SelfRoles.Contains(role))
        {
            return type.Region = sharding.StartProxy(typeName, role, extractor);
        }

        // Sessions have their own time-out, and are started again by their clients and replicas.
        var settings = ClusterShardingSettings.Create(system)
            .WithRole(options.Role)
            .WithRememberEntities(false)
            .WithPassivateIdleAfter(TimeSpan.Zero)
            .WithStateStoreMode(StateStoreMode.DData);
        type.Region = sharding.Start(typeName, _ => props, settings, extractor, sharding.DefaultShardAllocationStrategy(settings), MoveAway.Instance);
        system.ActorOf(Props.Create(() => new SessionReplica(type)), type.ReplicaName);
        return type.Region;
    }
}
