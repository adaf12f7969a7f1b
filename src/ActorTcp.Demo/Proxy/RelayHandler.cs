using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Demo.Proxy;

/// <summary>
/// The handler of the connection of a client, and of the connection to the server. An end of stream on one side is sent to the other side. When
/// one connection is closed, the other one is closed too. A reset on one side resets the other side.
/// </summary>
internal sealed class RelayHandler : ReceiveActor, IWithStash
{
    private readonly Upstream _upstream;
    private readonly long _window;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _client = ActorRefs.Nobody;
    private IActorRef _server = ActorRefs.Nobody;
    private SockAddr? _clientAddress;

    /// <param name="upstream">The server.</param>
    /// <param name="window">The number of unsent bytes in one direction at which reading is paused.</param>
    public RelayHandler(Upstream upstream, long window)
    {
        _upstream = upstream;
        _window = window;
        Receive<ConnectionProtocol.Connected>(OnClient);
    }

    public IStash Stash { get; set; } = null!;

    private void OnClient(ConnectionProtocol.Connected connected)
    {
        _client = connected.Connection;
        _clientAddress = connected.RemoteAddress;
        Context.System.ActorTcp().Manager.Tell(
            new ConnectorProtocol.Connect(_upstream.Server.Host, _upstream.Server.Port) { HandlerOptions = new HandlerOptions { KeepOpenOnPeerEof = true, Pull = true } });
        Become(Connecting);
    }

    /// <summary>In pull mode no bytes are received before the first Read, so only the client's end of stream can arrive here.</summary>
    private void Connecting()
    {
        Receive<ConnectionProtocol.Connected>(OnServer);
        Receive<ConnectorProtocol.ConnectFailed>(failed =>
        {
            _upstream.OnFailed(_log, _clientAddress!, failed.Text);
            _client.Tell(ConnectionProtocol.Close.Instance);
        });
        Receive<ConnectionProtocol.PeerEof>(_ => Stash.Stash());

        // If the client closes its connection now, this actor is stopped, and the connector closes with its owner.
        ReceiveAny(_ => { });
    }

    private void OnServer(ConnectionProtocol.Connected connected)
    {
        _server = connected.Connection;
        _upstream.OnConnected(_log);
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

        // Outcomes of Sends to a connection that has ended.
        ReceiveAny(_ => { });

        RelayDirection From(IActorRef side) => side.Equals(_client) ? up : down;
    }

    private string SideOf(IActorRef side) => side.Equals(_client) ? "client" : "server";
}
