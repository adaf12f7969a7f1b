namespace ActorTcp.Tests.Transport.Tls;

/// <summary>The ends of all connections of a system, and the errors in its log.</summary>
internal sealed class TlsFuzzEvents
{
    private readonly ActorSystem _system;
    private readonly ConcurrentDictionary<ActorPath, ConcurrentQueue<ConnectionProtocol.Closed>> _ends = new();

    public TlsFuzzEvents(ActorSystem system)
    {
        _system = system;
        system.EventStream.Subscribe(NewCollector(Errors), typeof(Akka.Event.Error));
        system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new EndCollector(_ends))), typeof(ListenerProtocol.ConnectionClosed));
    }

    public ConcurrentQueue<object> Errors { get; } = [];

    /// <summary>An actor that keeps its messages.</summary>
    public (IActorRef Owner, ConcurrentQueue<object> Messages) NewOwner()
    {
        var messages = new ConcurrentQueue<object>();
        return (NewCollector(messages), messages);
    }

    /// <summary>The ends of the connections of a listener so far.</summary>
    public IReadOnlyCollection<ConnectionProtocol.Closed> EndsOf(IActorRef listener) => _ends.TryGetValue(listener.Path, out var ends) ? ends : [];

    private IActorRef NewCollector(ConcurrentQueue<object> messages) => _system.ActorOf(Props.Create(() => new Collector(messages)));

    private sealed class Collector : ReceiveActor
    {
        public Collector(ConcurrentQueue<object> messages) => ReceiveAny(messages.Enqueue);
    }

    private sealed class EndCollector : ReceiveActor
    {
        public EndCollector(ConcurrentDictionary<ActorPath, ConcurrentQueue<ConnectionProtocol.Closed>> ends) =>
            Receive<ListenerProtocol.ConnectionClosed>(message => ends.GetOrAdd(message.Connection.Path.Parent, _ => []).Enqueue(message.Closed));
    }
}
