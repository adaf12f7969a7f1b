using Akka.Actor;

namespace ActorTcp;

/// <summary>A snapshot of a connector, the answer to <see cref="ConnectorProtocol.Describe"/>.</summary>
/// <param name="Connector">Its actor.</param>
/// <param name="Host">The host that it connects to.</param>
/// <param name="Port">The port.</param>
/// <param name="Phase">Its phase.</param>
/// <param name="Connection">The present connection; Nobody if it has none.</param>
/// <param name="Attempt">The number of attempts since the first connect or the last loss.</param>
/// <param name="Connections">The number of connections that it has made so far.</param>
/// <param name="BytesWaiting">Bytes of Sends that are queued until it has a connection.</param>
/// <param name="SendsUnanswered">Sends that it forwarded to the connection and that have no outcome yet.</param>
public sealed record ConnectorDescription(
    IActorRef Connector,
    string Host,
    int Port,
    ConnectorPhase Phase,
    IActorRef Connection,
    int Attempt,
    long Connections,
    long BytesWaiting,
    int SendsUnanswered) : ITcpMessage;
