using ActorTcp.Framing;
using ActorTcp.Memory;
using Akka.Actor;

namespace ActorTcp.Connections;

/// <summary>From the channel to the handler: what is received.</summary>
internal sealed partial class ConnectionActor
{
    private long _received;
    private long _told;
    private long _unconfirmedAt;
    private ConnectionProtocol.PeerEof? _peerEof;
    private Delivery _delivery = Delivery.NoHandler;
    private SlabSlice _unconfirmed;
    private ReadPauseReasons _rest = ReadPauseReasons.NoHandler;
    private int _credit;
    private bool _pull;
    private ShutdownSides _ended;

    // Of a handler that does not confirm: what it was sent since the last answered probe, and how much of that the probe under way covers.
    private long _windowCost;
    private long _probedCost;

    private bool MayTell =>
        _delivery == Delivery.Idle && _phase is not (ConnectionPhase.Flushing or ConnectionPhase.BadFrame or ConnectionPhase.Ended) && (_rest & (ReadPauseReasons.Suspended | ReadPauseReasons.Answers)) == 0 && (!_pull || _credit > 0);

    private bool HasUnconfirmed => _unconfirmed.Slab is not null;

    /// <summary>The bytes that the handler has not received yet; an incomplete frame, for which the connection must read on, is not counted.</summary>
    private long WaitingBytes => _reader?.Waiting ?? 0;

    private void OnIncoming(Received received)
    {
        if (_phase is not (ConnectionPhase.Open or ConnectionPhase.AwaitingEnd)
            && (_phase != ConnectionPhase.Flushing || _afterFlush == AfterFlush.End))
        {
            // Received before Close was processed, and not wanted after it.
            received.Detach().Release();
            return;
        }

        OnPeerHeard(received.Length);
        if ((_ended & ShutdownSides.Dropping) != 0)
        {
            _told += received.Length;
            received.Detach().Release();
            return;
        }

        if (_reader is null && MayTell)
        {
            var offset = _told;
            _told += received.Length;
            if (Confirms)
            {
                Confirmable(received.Lend(offset).Share(), offset);
                _handler.Tell(received, _self);
            }
            else
            {
                received.Give(offset);
                TellGiven(received);
            }

            return;
        }

        (_reader ??= new FrameReader(new UnframedDecoder(), _told)).Add(received.Detach());
        TellUnread();
        if (WaitingBytes >= _limits.ReadAheadBytes)
        {
            Rest(_rest | ReadPauseReasons.ReadAhead);
        }
    }

    private void TellReceived(in SlabSlice bytes, long offset)
    {
        if (Confirms)
        {
            Confirmable(bytes.Share(), offset);
            _handler.Tell(Received.Lent(bytes, offset), _self);
        }
        else
        {
            var copy = Received.CopyOf(bytes.Span, offset);
            bytes.Release();
            TellGiven(copy);
        }
    }

    private void Confirmable(in SlabSlice bytes, long offset)
    {
        _credit -= _pull ? 1 : 0;
        _unconfirmed = bytes;
        _unconfirmedAt = offset;
        _delivery = Delivery.Told;
    }

    /// <summary>A handler that does not confirm may keep the message for ever, so that it gets bytes of its own.</summary>
    private void TellGiven(Received received)
    {
        _credit -= _pull ? 1 : 0;
        _lastUnconfirmable = _handlerType == HandlerType.WithStash ? received : null;
        _handler.Tell(received, _self);
        if (_limits.UnboundedDelivery)
        {
            return;
        }

        _windowCost += received.Length + ConnectionLimits.MessageOverhead;
        if (_windowCost >= _limits.ReadAheadBytes)
        {
            _delivery = Delivery.WindowFull;
        }

        if (_probedCost == 0 && _windowCost >= _limits.ReadAheadBytes / 2)
        {
            Probe();
        }
    }

    /// <summary>Asks to be answered when the handler has processed what it was sent so far: Akka answers, in the order of the handler's mailbox.</summary>
    private void Probe()
    {
        _probedCost = _windowCost;
        _probed = _lastUnconfirmable;
        _handler.Tell(new Identify(ProbeId), _self);
    }

    private void OnProbeAnswered()
    {
        if (_phase == ConnectionPhase.Ended || _probedCost == 0)
        {
            return;
        }

        if (_probed is { IsTouched: false })
        {
            // It is in a stash, which the answer has overtaken.
            _askAgainAt = _loop.Now + HandlerPeriod;
            Schedule(_loop.Now);
            return;
        }

        _windowCost -= _probedCost;
        _probedCost = 0;
        if (_windowCost >= _limits.ReadAheadBytes / 2)
        {
            Probe();
        }

        if (_delivery == Delivery.WindowFull && _windowCost < _limits.ReadAheadBytes)
        {
            OnIdle(afterResumed: false);
        }
    }

    private void TellUnread()
    {
        if (_reader is { } reader)
        {
            TellFrames(reader);
        }

        if (_phase == ConnectionPhase.Ended)
        {
            return;
        }

        if (WaitingBytes < _limits.ReadAheadBytes)
        {
            Rest(_rest & ~ReadPauseReasons.ReadAhead);
        }

        if ((_ended & ShutdownSides.Receiving) == 0 || WaitingBytes > 0 || _delivery != Delivery.Idle)
        {
            return;
        }

        if (_phase == ConnectionPhase.EndAhead)
        {
            TellEof();
        }
        else if (_phase == ConnectionPhase.AwaitingEnd)
        {
            End(_flushReason);
        }
    }

    private void OnRead()
    {
        _credit++;
        TellUnread();
    }

    private void OnEndOfStream()
    {
        _ended |= ShutdownSides.Receiving;
        OnHalfClosed();
        if (_phase == ConnectionPhase.Open)
        {
            _phase = ConnectionPhase.EndAhead;
        }

        TellUnread();
    }

    /// <summary>The handler receives no more bytes. The connection goes on receiving, to drop the bytes and to notice the end of the peer's stream.</summary>
    private void DropReceived()
    {
        _ended |= ShutdownSides.Dropping;
        _frameSince = 0;
        if (_reader is { } reader)
        {
            _told = reader.Offset + reader.Unread;
            reader.Close();
        }

        Rest(_rest);
        TellUnread();
    }

    private void TellEof()
    {
        _phase = ConnectionPhase.PeerEnded;
        _peerEof ??= _reader is { Buffered: > 0 } ? new ConnectionProtocol.PeerEof(_reader.TakeUnread()) : ConnectionProtocol.PeerEof.Instance;
        _handler.Tell(_peerEof, _self);
        if (Confirms || !_keepOpenOnPeerEof)
        {
            AskWhenProcessed(_phase);
        }
    }

    /// <summary>Reads or rests, as the reasons say.</summary>
    private void Rest(ReadPauseReasons rest)
    {
        var rested = _rest;
        if ((_ended & ShutdownSides.Dropping) != 0)
        {
            // What is dropped waits for nobody.
            rest &= ~(ReadPauseReasons.Suspended | ReadPauseReasons.Answers | ReadPauseReasons.ReadAhead);
        }

        _rest = rest;
        if (rest == ReadPauseReasons.None && rested != ReadPauseReasons.None)
        {
            OnRestEnded();
            _channel.ResumeReading();
        }
        else if (rest != ReadPauseReasons.None && rested == ReadPauseReasons.None)
        {
            OnRestBegan();
            _channel.PauseReading();
        }
    }

    /// <summary>What no handler has taken: those bytes over which the last one failed, and those it was not told.</summary>
    private byte[] TakeUnread() => [.. HasUnconfirmed ? Rewritten(_unconfirmed) : [], .. _reader?.TakeUnread() ?? []];

    private void ReleaseUnread()
    {
        _reader?.Close();
        ReleaseUnconfirmed();
    }
}

/// <summary>Why a connection reads nothing at the moment; none: it reads.</summary>
[Flags]
internal enum ReadPauseReasons
{
    None = 0,
    /// <summary>No handler has answered Connected.</summary>
    NoHandler = 1,
    /// <summary>The handler's answers in the send queue are above its high mark.</summary>
    Answers = 2,
    /// <summary>The handler asked for it.</summary>
    Suspended = 4,
    /// <summary>Enough received bytes wait for the handler.</summary>
    ReadAhead = 8,
    /// <summary>The last bytes are being sent.</summary>
    Flushing = 16,
    /// <summary>The peer sent what is no frame.</summary>
    BadFrame = 32,
}
