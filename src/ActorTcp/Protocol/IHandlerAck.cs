using Akka.Actor;

namespace ActorTcp;

/// <summary>
/// Marks the messages by which a <see cref="TcpHandler"/> acknowledges to its connection what it has processed. The handler sends them on its own. Public for
/// tests that play the connection: <c>probe.IgnoreMessages&lt;IHandlerAck&gt;()</c> hides them.
/// </summary>
public interface IHandlerAck : INoSerializationVerificationNeeded;
