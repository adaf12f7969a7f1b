using System.Runtime.Serialization;

namespace ActorTcp.Cluster;

/// <summary>A message cannot be sent to another node. The text names the message and the rule that it breaks.</summary>
public sealed class NotSerializableException : SerializationException
{
    internal NotSerializableException(string message)
        : base(message)
    {
    }
}
