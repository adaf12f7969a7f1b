using Akka.Actor;

namespace ActorTcp;

/// <summary>
/// Marks the messages of ActorTcp that users send and receive, so that one binding names all of them to a serializer (<c>ActorTcp.Cluster</c>). Only ActorTcp
/// implements it. Akka's <c>serialize-messages</c> does not apply to these messages, because a node on its own needs no serializer for them.
/// </summary>
public interface ITcpMessage : INoSerializationVerificationNeeded;
