using ActorTcp.Cluster;
using ActorTcp.Framing;
using ActorTcp.Hosting;
using Akka.Actor;
using Akka.Hosting;
using AkkaCluster = Akka.Cluster.Cluster;

namespace ActorTcp.Demo.Chat;

/// <summary>Adds what a chat on several nodes needs. Without it, no assembly of Akka.Cluster is loaded.</summary>
internal static class ChatClusterHosting
{
    /// <summary>The most bytes of a line that a session sends: a name and a line of a person, with some room.</summary>
    private const int SentLineBytes = 128 * 1024;

    public static AkkaConfigurationBuilder WithChatCluster(this AkkaConfigurationBuilder builder, ClusterNode node) => builder
        .WithActorTcpCluster(options =>
        {
            options.Host = node.Address.Host;
            options.Port = node.Address.Port;
            foreach (var seed in node.Seeds)
            {
                options.Seeds.Add($"{seed}");
            }
        })
        .AddStartup((system, _) =>
        {
            if (node.Seeds.Count == 0)
            {
                var cluster = AkkaCluster.Get(system);
                cluster.Join(cluster.SelfAddress);
            }
        })
        .WithActorTcpSessions<ChatSession>("chat");

    public static void UseSessions(TcpServerOptions options, ChatSettings settings)
    {
        options.HandlerOptions = new HandlerOptions
        {
            Framing = new SplitFraming(new TypedLineFraming(settings.LineBytes), new LineFraming(SentLineBytes, LineEnding.CarriageReturnLineFeed)),
        };
        options.Handler = _ => Props.Create<SessionHandler<ChatSession>>();
    }
}
