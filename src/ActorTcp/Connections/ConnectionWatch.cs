using ActorTcp.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Connections;

/// <summary>
/// Watches a connection on another node for a <see cref="TcpHandler"/>, whose own Terminated messages belong to the user. When the connection's actor or its
/// node is gone, the end of the connection is signalled, and the handler receives <see cref="Lost"/>.
/// </summary>
internal sealed class ConnectionWatch : UntypedActor
{
    /// <summary>The time that the Closed of a connection has to arrive after its Terminated. Akka does not keep the order of the two between nodes.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly IActorRef _connection;
    private readonly IActorRef _handler;
    private readonly ConnectionEnd _end;

    public ConnectionWatch(IActorRef connection, IActorRef handler, ConnectionEnd end)
    {
        _connection = connection;
        _handler = handler;
        _end = end;
    }

    /// <summary>Watches the connection if it is on another node. Returns the message with the end of the connection.</summary>
    public static ConnectionProtocol.Connected Watched(ConnectionProtocol.Connected connected, IActorRef handler)
    {
        if (connected.End is not null
            || connected.Connection is not IActorRefScope { IsLocal: false }
            || handler is not ActorRefWithCell { Underlying.System: ExtendedActorSystem system })
        {
            return connected;
        }

        var end = new ConnectionEnd();
        system.SystemActorOf(Props.Create(() => new ConnectionWatch(connected.Connection, handler, end)));
        return connected with { End = end };
    }

    protected override void PreStart()
    {
        Context.Watch(_connection);
        Context.Watch(_handler);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Terminated terminated when terminated.ActorRef.Equals(_handler):
                Context.Stop(Self);
                break;
            case Terminated terminated:
                _end.Signal();
                var text = terminated.AddressTerminated ? "the node of the connection is gone" : "the connection's actor has stopped";
                var closed = new ConnectionProtocol.Closed(CloseReason.ConnectionStopped, 0, text, 0);
                _ = TellLater(_handler, new Lost(_connection, closed));
                Context.Stop(Self);
                break;
        }
    }

    /// <summary>Akka's scheduler is not used, because its thread wakes up every 10 ms once it is started.</summary>
    private static async Task TellLater(IActorRef handler, Lost lost)
    {
        await Task.Delay(Grace);
        handler.Tell(lost, ActorRefs.NoSender);
    }

    /// <summary>To the handler: the connection is gone. If its Closed has arrived before, this message has no effect.</summary>
    internal sealed record Lost(IActorRef Connection, ConnectionProtocol.Closed Closed) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
