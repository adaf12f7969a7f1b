namespace ActorTcp.Tests.Support;

/// <summary>
/// Tells its connection, as its handler, what it is told to, until it has seen Closed; records everything, and hands the record
/// out when the connection has stopped.
/// </summary>
internal sealed class ScriptedHandler : ReceiveActor
{
    private readonly IActorRef _connection;
    private readonly List<object> _told = [];
    private readonly List<object> _heard = [];

    public ScriptedHandler(IActorRef connection, bool keepOpen, bool pull, TaskCompletionSource<Record> done)
    {
        _connection = connection;
        Context.Watch(connection);
        connection.Tell(new ConnectionProtocol.Register(Self, new HandlerOptions { KeepOpenOnPeerEof = keepOpen, Pull = pull }));
        Receive<Forward>(forward => Tell(forward.Command));
        Receive<DetachToSelf>(_ => Tell(new ConnectionProtocol.Detach(Self)));
        Receive<Settle>(settle => connection.Forward(new Identify(settle)));
        Receive<Terminated>(_ => done.SetResult(new Record(_told, _heard)));
        Receive<Received>(received => _heard.Add(received.Span.ToArray()));
        ReceiveAny(_heard.Add);
    }

    private void Tell(object command)
    {
        if (_heard.Count == 0 || !_heard.Exists(message => message is ConnectionProtocol.Closed))
        {
            _told.Add(command);
            _connection.Tell(command);
        }
    }

    /// <summary>What the handler told its connection, and what it heard, received bytes as arrays.</summary>
    internal sealed record Record(List<object> Told, List<object> Heard);

    internal sealed record Forward(object Command);

    internal sealed record DetachToSelf;

    internal sealed record Settle;
}
