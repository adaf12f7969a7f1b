using Akka.Actor;

namespace ActorTcp.Demo.Proxy;

/// <summary>
/// One direction of a relay. It asks its source for bytes as long as less than the window is on its way to the sink, so that a sink
/// that does not read slows down that source, and nothing else: the other direction goes on.
/// </summary>
internal sealed class RelayDirection(IActorRef source, IActorRef sink, long window, IActorRef relay)
{
    private RelayState _state = RelayState.Full;
    private long _onItsWay;

    public bool IsEnded => _state == RelayState.Ended;

    public long Bytes { get; private set; }

    public void Begin() => ReadOn();

    /// <summary>From the source to the sink, without a copy.</summary>
    public void Relay(Received received)
    {
        var length = received.Length;
        Bytes += length;
        _onItsWay += length;
        sink.Tell(received.ToSend(new Piece(this, length)), relay);
        if (_onItsWay < window)
        {
            ReadOn();
        }
        else
        {
            _state = RelayState.Full;
        }
    }

    /// <summary>The source has said everything: so has the sink's other end, when it has gone out.</summary>
    public void End()
    {
        _state = RelayState.Ended;
        sink.Tell(new ConnectionProtocol.Shutdown(Sockets.ShutdownHow.Write), relay);
    }

    private void OnSent(int length)
    {
        _onItsWay -= length;
        if (_state == RelayState.Full && _onItsWay <= window / 2)
        {
            ReadOn();
        }
    }

    private void ReadOn()
    {
        _state = RelayState.Reading;
        source.Tell(ConnectionProtocol.Read.Instance, relay);
    }

    /// <summary>The token of what is on its way.</summary>
    internal sealed record Piece(RelayDirection Direction, int Length)
    {
        public void OnSent() => Direction.OnSent(Length);
    }
}

/// <summary>The state of one direction of a relay.</summary>
internal enum RelayState
{
    /// <summary>The source has been asked for bytes.</summary>
    Reading,
    /// <summary>The window is full: the source is asked when half of it has gone out.</summary>
    Full,
    /// <summary>The source has ended its side.</summary>
    Ended,
}
