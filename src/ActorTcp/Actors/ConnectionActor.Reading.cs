using System.Diagnostics;
using Akka.Actor;
using ActorTcp.Buffers;

namespace ActorTcp.Actors;

/// <summary>From the channel to the handler: what is received, and what a handler that fails is owed.</summary>
internal sealed partial class ConnectionActor
{
    private long _received;
    private long _told;
    private long _unconfirmedAt;
    private ConnectionProtocol.PeerEof? _peerEof;
    private Delivery _delivery = Delivery.NoHandler;
    private Lease? _unconfirmed;
    private ReadRest _rest = ReadRest.NoHandler;
    private int _credit;
    private bool _confirms;
    private bool _pull;
    private EndedSides _ended;

    private bool MayTell =>
        _delivery == Delivery.Idle && _phase is not (ConnectionPhase.Flushing or ConnectionPhase.BadFrame or ConnectionPhase.Ended) && (_rest & ReadRest.Suspended) == 0 && (!_pull || _credit > 0);

    /// <summary>What waits for the handler; an incomplete frame, for which nothing can be done but to read on, does not.</summary>
    private long WaitingBytes => _reader?.Waiting ?? 0;

    private void OnLease(Lease lease)
    {
        if (_phase is not (ConnectionPhase.Open or ConnectionPhase.AwaitingEnd)
            && (_phase != ConnectionPhase.Flushing || _behindFlush == BehindFlush.End))
        {
            // Received before Close was told, and not wanted behind it.
            lease.Release();
            return;
        }

        OnPeerHeard(lease.Length);
        if (_reader is null && MayTell)
        {
            var offset = _told;
            _told += lease.Length;
            TellReceived(lease, offset);
            return;
        }

        (_reader ??= new FrameReader(new UnframedDecoder(), _told)).Add(lease);
        TellUnread();
        if (WaitingBytes >= _limits.ReadAheadBytes)
        {
            Rest(_rest | ReadRest.ReadAhead);
        }
    }

    private void TellReceived(Lease lease, long offset)
    {
        _credit -= _pull ? 1 : 0;
        if (_confirms)
        {
            _unconfirmed = lease.Share();
            _unconfirmedAt = offset;
            _delivery = Delivery.Told;
        }

        _handler.Tell(Received.Of(lease, offset), _self);
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
            Rest(_rest & ~ReadRest.ReadAhead);
        }

        if ((_ended & EndedSides.Receiving) == 0 || WaitingBytes > 0 || _delivery != Delivery.Idle)
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

    private void OnHandlerAnsweredConnected()
    {
        if (_phase == ConnectionPhase.Ended)
        {
            return;
        }

        if (_delivery == Delivery.NoHandler)
        {
            _delivery = Delivery.Idle;
        }

        Rest(_rest & ~ReadRest.NoHandler);
        TellUnread();
    }

    private void OnRead()
    {
        _credit++;
        TellUnread();
    }

    private void OnTaken()
    {
        if (_phase == ConnectionPhase.Ended)
        {
            return;
        }

        Debug.Assert(_delivery is not (Delivery.NoHandler or Delivery.Idle), "a handler confirms what it was told");
        if (_delivery == Delivery.ResumingThenTold)
        {
            _delivery = Delivery.Told;
            _handler.Tell(Received.Of(_unconfirmed!.Share(), _unconfirmedAt), _self);
            return;
        }

        _unconfirmed?.Release();
        _unconfirmed = null;
        var resumed = _delivery == Delivery.Resuming;
        _delivery = Delivery.Idle;
        if (HandsOver)
        {
            AskToHandOver();
        }
        else if (resumed && _phase == ConnectionPhase.PeerEnded)
        {
            // The instance that was told before is gone.
            TellEof();
        }
        else if (resumed && _phase == ConnectionPhase.BadFrame)
        {
            TellFrameFailed();
        }
        else if (WaitingBytes > 0 || _ended != EndedSides.None)
        {
            TellUnread();
        }
    }

    /// <summary>The handler failed over what it was told last.</summary>
    private void OnThrew()
    {
        if (_phase != ConnectionPhase.Ended)
        {
            TellResumed(_delivery == Delivery.ResumingThenTold ? Delivery.ResumingThenTold : Delivery.Resuming);
        }
    }

    private void OnRestarting(bool inTheMiddle)
    {
        if (_phase == ConnectionPhase.Ended)
        {
            return;
        }

        switch (_delivery)
        {
            case Delivery.NoHandler or Delivery.Idle:
                TellResumed(Delivery.Resuming);
                break;
            case Delivery.Told:
                TellResumed(inTheMiddle ? Delivery.Resuming : Delivery.ResumingThenTold);
                break;
            case Delivery.Resuming or Delivery.ResumingThenTold when inTheMiddle:
                TellResumed(_delivery);
                break;
            default:
                // Resumed is on its way to the next instance already.
                break;
        }
    }

    private void TellResumed(Delivery delivery)
    {
        var failed = delivery == Delivery.Resuming ? _unconfirmed : null;
        var offset = _unconfirmed is null ? _told : _unconfirmedAt;
        _delivery = delivery;
        _handler.Tell(
            new ConnectionProtocol.Resumed(
                _self,
                _channel.RemoteAddress!,
                _channel.LocalAddress!,
                offset,
                failed is null ? ReadOnlyMemory<byte>.Empty : failed.Memory.ToArray(),
                [.. (_pending ?? []).Where(pending => pending.Command is null && pending.Sender.Equals(_handler)).Select(pending => pending.Token)])
            {
                ReceivedFailed = failed is not null,
            },
            _self);
    }

    private void OnEndOfStream()
    {
        _ended |= EndedSides.Receiving;
        if (_phase == ConnectionPhase.Open)
        {
            _phase = ConnectionPhase.EndAhead;
        }

        TellUnread();
    }

    private void TellEof()
    {
        _phase = ConnectionPhase.PeerEnded;
        _peerEof ??= _reader is { Buffered: > 0 } ? new ConnectionProtocol.PeerEof(_reader.TakeUnread()) : ConnectionProtocol.PeerEof.Instance;
        _handler.Tell(_peerEof, _self);
        if (!_keepOpenOnPeerEof)
        {
            // Answered by Akka itself behind everything that the handler has been told before, so that what it
            // sends in answer to the last bytes is here by then.
            _handler.Tell(new Identify(ConnectionProtocol.PeerEof.Instance), _self);
        }
    }

    private void OnHandlerAnsweredEof()
    {
        // One that has failed meanwhile is told again, behind Resumed, and asked again.
        if (_phase == ConnectionPhase.PeerEnded && _delivery == Delivery.Idle)
        {
            Flush(CloseReason.PeerClosed);
        }
    }

    /// <summary>Reads or rests, as the reasons say.</summary>
    private void Rest(ReadRest rest)
    {
        var rested = _rest;
        _rest = rest;
        if (rest == ReadRest.None && rested != ReadRest.None)
        {
            OnRestEnded();
            _channel.ResumeReading();
        }
        else if (rest != ReadRest.None && rested == ReadRest.None)
        {
            OnRestBegan();
            _channel.PauseReading();
        }
    }

    /// <summary>What no handler has taken: those bytes over which the last one failed, and those it was not told.</summary>
    private byte[] TakeUnread() => [.. _unconfirmed is null ? [] : Rewritten(_unconfirmed), .. _reader?.TakeUnread() ?? []];

    private void ReleaseUnread()
    {
        _reader?.Close();
        _unconfirmed?.Release();
        _unconfirmed = null;
    }
}
