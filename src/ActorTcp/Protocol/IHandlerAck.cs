namespace ActorTcp;

/// <summary>
/// Marks the messages with which a <see cref="TcpHandler"/> acknowledges the messages that it has processed. The base class sends them. The interface is
/// public for tests in which a probe replaces the connection: <c>probe.IgnoreMessages&lt;IHandlerAck&gt;()</c> ignores them.
/// </summary>
public interface IHandlerAck : ITcpMessage;
