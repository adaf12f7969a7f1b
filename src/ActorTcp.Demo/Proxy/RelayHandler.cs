using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Demo.Proxy;

/// <summary>
/// The handler of a client's connection, and of the one to the server that it makes for it. When one side ends what it says, the other
/// side is told just that; when a side is gone, so is the other, by a reset where it was one.
/// </summary>
internal sealed class RelayHandler : ReceiveActor, IWithStash
{
    private readonly HostAndPort _to;
    private readonly long _window;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _client = ActorRefs.Nobody;
    private IActorRef _server = ActorRefs.Nobody;
    private SockAddr? _clientAddress;

    /// <param name="to">The server.</param>
    /// <param name="window">The bytes in flight in one direction from which on nothing more is read.</param>
    public RelayHandler(HostAndPort to, long window)
    {
        _to = to;
        _window = window;
        Receive<ConnectionProtocol.Connected>(OnClient);
    }

    public IStash Stash { get; set; } = null!;

    private void OnClient(ConnectionProtocol.Connected connected)
    {
        _client = connected.Connection;
        _clientAddress = connected.RemoteAddress;
        Context.System.ActorTcp().Manager.Tell(
            new ConnectorProtocol.Connect(_to.Host, _to.Port) { HandlerOptions = new HandlerOptions { KeepOpenOnPeerEof = true, Pull = true } });
        Become(Connecting);
    }

    /// <summary>Nothing has been asked for yet, so the client's bytes wait in the kernel. Only its end may come.</summary>
    private void Connecting()
    {
        Receive<ConnectionProtocol.Connected>(OnServer);
        Receive<ConnectorProtocol.ConnectFailed>(failed =>
        {
            _log.Warning("{RemoteAddress} is rejected: {Text}", _clientAddress, failed.Text);
            _client.Tell(ConnectionProtocol.Close.Instance);
        });
        Receive<ConnectionProtocol.PeerEof>(_ => Stash.Stash());

        // When the client goes meanwhile, this actor is stopped, and the connector behind it.
        ReceiveAny(_ => { });
    }

    private void OnServer(ConnectionProtocol.Connected connected)
    {
        _server = connected.Connection;
        _log.Debug("{RemoteAddress} is connected to {ServerAddress}", _clientAddress, connected.RemoteAddress);
        var up = new RelayDirection(_client, _server, _window, Self);
        var down = new RelayDirection(_server, _client, _window, Self);
        Become(() => Relaying(up, down));
        Stash.UnstashAll();
        up.Begin();
        down.Begin();
    }

    private void Relaying(RelayDirection up, RelayDirection down)
    {
        Receive<Received>(received => From(Sender).Relay(received));
        Receive<ConnectionProtocol.Sent>(sent => ((RelayDirection.Piece)sent.Token).OnSent());
        Receive<ConnectionProtocol.PeerEof>(_ =>
        {
            From(Sender).End();
            if (up.IsEnded && down.IsEnded)
            {
                _client.Tell(ConnectionProtocol.Close.Instance);
                _server.Tell(ConnectionProtocol.Close.Instance);
            }
        });
        Receive<ConnectionProtocol.Closed>(closed =>
        {
            _log.Debug("{RemoteAddress}: {BytesUp} bytes up, {BytesDown} down; {Side}: {Text}", _clientAddress, up.Bytes, down.Bytes, SideOf(Sender), closed.Text);
            var other = Sender.Equals(_client) ? _server : _client;
            other.Tell(closed.Reason is CloseReason.PeerClosed or CloseReason.Closed ? ConnectionProtocol.Close.Instance : ConnectionProtocol.Abort.Instance);
        });

        // Of what was lost with a connection that ended.
        ReceiveAny(_ => { });

        RelayDirection From(IActorRef side) => side.Equals(_client) ? up : down;
    }

    private string SideOf(IActorRef side) => side.Equals(_client) ? "client" : "server";
}
