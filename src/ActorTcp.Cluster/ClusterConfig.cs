using Akka.Configuration;

namespace ActorTcp.Cluster;

/// <summary>The HOCON that <see cref="ActorTcpClusterExtensions.WithActorTcpCluster"/> adds.</summary>
internal static class ClusterConfig
{
    /// <summary>What the configuration of the application may override.</summary>
    public static Config Defaults { get; } = ConfigurationFactory.ParseString("""
        akka {
          actor {
            provider = cluster
            serializers.actortcp-groups = "ActorTcp.Cluster.Groups.GroupSerializer, ActorTcp.Cluster"
            serialization-bindings { "ActorTcp.Cluster.Groups.GroupMessage, ActorTcp.Cluster" = actortcp-groups }
          }
          remote.dot-netty.tcp.maximum-frame-size = 4 MiB
          cluster {
            failure-detector.acceptable-heartbeat-pause = 5s
            downing-provider-class = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster"
            split-brain-resolver {
              active-strategy = keep-majority
              stable-after = 3s
            }
          }
        }
        """);

    /// <summary>What the options set. It overrides the configuration of the application.</summary>
    public static Config OfOptions(ActorTcpClusterOptions options)
    {
        var hocon = "";
        if (options.Host is { } host)
        {
            hocon += $"akka.remote.dot-netty.tcp.hostname = \"{host}\"\n";
        }

        if (options.Port is { } port)
        {
            hocon += string.Create(CultureInfo.InvariantCulture, $"akka.remote.dot-netty.tcp.port = {port}\n");
        }

        if (options.Role is { } role)
        {
            hocon += $"akka.cluster.roles = [\"{role}\"]\n";
        }

        return hocon.Length == 0 ? ConfigurationFactory.Empty : ConfigurationFactory.ParseString(hocon);
    }
}
