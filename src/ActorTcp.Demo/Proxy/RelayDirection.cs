using Akka.Actor;

namespace ActorTcp.Demo.Proxy;

/// <summary>
/// One direction of a relay. It asks the source for bytes while the sink has fewer unsent bytes than the window. So a sink that does not read
/// slows down only this source. The other direction continues.
/// </summary>
internal sealed class RelayDirection(IActorRef source, IActorRef sink, long window, IActorRef relay)
{
    private RelayState _state = RelayState.Full;
    private long _unsent;

    public bool IsEnded => _state == RelayState.Ended;

    public long Bytes { get; private set; }

    public void Begin() => ReadOn();

    /// <summary>Sends bytes of the source to the sink.</summary>
    public void Relay(Received received)
    {
        var length = received.Length;
        Bytes += length;
        _unsent += length;
        sink.Tell(received.ToSend(new Piece(this, length)), relay);
        if (_unsent < window)
        {
            ReadOn();
        }
        else
        {
            _state = RelayState.Full;
        }
    }

    /// <summary>The source has reached its end of stream. The sink sends an end of stream after its queued bytes.</summary>
    public void End()
    {
        _state = RelayState.Ended;
        sink.Tell(new ConnectionProtocol.Shutdown(Sockets.ShutdownHow.Write), relay);
    }

    private void OnSent(int length)
    {
        _unsent -= length;
        if (_state == RelayState.Full && _unsent <= window / 2)
        {
            ReadOn();
        }
    }

    private void ReadOn()
    {
        _state = RelayState.Reading;
        source.Tell(ConnectionProtocol.Read.Instance, relay);
    }

    /// <summary>The token of a Send.</summary>
    internal sealed record Piece(RelayDirection Direction, int Length)
    {
        public void OnSent() => Direction.OnSent(Length);
    }
}

/// <summary>The state of one direction of a relay.</summary>
internal enum RelayState
{
    /// <summary>The source was asked for bytes.</summary>
    Reading,
    /// <summary>The window is full. The source is asked again when half of it is sent.</summary>
    Full,
    /// <summary>The source has reached its end of stream.</summary>
    Ended,
}
