using Akka.Configuration;
using Akka.Hosting;

namespace ActorTcp.Cluster;

/// <summary>Registers the <see cref="ActorTcpSerializer"/>.</summary>
public static class ActorTcpSerializationExtensions
{
    /// <summary>
    /// The HOCON that registers the serializer for all messages of ActorTcp, for an actor system without Akka.Hosting:
    /// <c>ConfigurationFactory.ParseString(...).WithFallback(ActorTcpSerializationExtensions.Config)</c>.
    /// </summary>
    public static Config Config { get; } = ConfigurationFactory.ParseString(
        """
        akka.actor {
          serializers.actortcp = "ActorTcp.Cluster.ActorTcpSerializer, ActorTcp.Cluster"
          serialization-identifiers."ActorTcp.Cluster.ActorTcpSerializer, ActorTcp.Cluster" = 7411
          serialization-bindings."ActorTcp.ITcpMessage, ActorTcp" = actortcp
        }
        """);

    /// <summary>
    /// Registers the serializer for all messages of ActorTcp, so that they can be sent to actors on other nodes (docs/cluster-messages.md). Call it on each node.
    /// </summary>
    /// <param name="builder">The builder of the actor system.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">The builder is null.</exception>
    public static AkkaConfigurationBuilder WithActorTcpSerialization(this AkkaConfigurationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddHocon(Config, HoconAddMode.Append);
    }
}
