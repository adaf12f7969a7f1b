using Akka.Cluster.Sharding;

namespace ActorTcp.Cluster.Sessions;

/// <summary>Finds the session of a message.</summary>
internal sealed class SessionExtractor(int shards) : HashCodeMessageExtractor(shards)
{
    public override string? EntityId(object message) => (message as IRoutedMessage)?.Token;
}
