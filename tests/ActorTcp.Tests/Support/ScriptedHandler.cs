namespace ActorTcp.Tests.Support;

/// <summary>
/// A handler that forwards each received command to its connection until it receives Closed.
/// It records everything, and sends the record when the connection has stopped.
/// </summary>
internal sealed class ScriptedHandler : ReceiveActor
{
    private readonly IActorRef _connection;
    private readonly List<object> _sent = [];
    private readonly List<object> _received = [];

    public ScriptedHandler(IActorRef connection, bool keepOpen, bool pull, TaskCompletionSource<Record> done)
    {
        _connection = connection;
        Context.Watch(connection);
        connection.Tell(new ConnectionProtocol.Register(Self, new HandlerOptions { KeepOpenOnPeerEof = keepOpen, Pull = pull }));
        Receive<Forward>(forward => Tell(forward.Command));
        Receive<DetachToSelf>(_ => Tell(new ConnectionProtocol.Detach(Self)));
        Receive<Settle>(settle => connection.Forward(new Identify(settle)));
        Receive<Terminated>(_ => done.SetResult(new Record(_sent, _received)));
        Receive<Received>(received => _received.Add(received.Span.ToArray()));
        ReceiveAny(_received.Add);
    }

    private void Tell(object command)
    {
        if (_received.Count == 0 || !_received.Exists(message => message is ConnectionProtocol.Closed))
        {
            _sent.Add(command);
            _connection.Tell(command);
        }
    }

    /// <summary>The messages that the handler sent to its connection and received from it, with received bytes as arrays.</summary>
    internal sealed record Record(List<object> Sent, List<object> Received);

    internal sealed record Forward(object Command);

    internal sealed record DetachToSelf;

    internal sealed record Settle;
}
