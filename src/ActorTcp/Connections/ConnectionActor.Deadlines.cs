using ActorTcp.Framing;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Connections;

/// <summary>
/// How long the peer may take, and a handler to be there or to end. One timer stands for all deadlines: bytes only note the time, and when the timer is due
/// it looks what is really overdue, and sleeps on otherwise. Only the network moves a deadline, never a local message.
/// </summary>
internal sealed partial class ConnectionActor
{
    private const long Never = long.MaxValue;

    /// <summary>How often Connected or Resumed is sent to a handler that may have no instance, in milliseconds.</summary>
    private const int HandlerPeriod = 250;

    /// <summary>How often a handler is asked whether it has taken the last bytes out of its stash, in milliseconds.</summary>
    private const int StashPeriod = 50;

    /// <summary>How often a lingering connection looks whether the peer has acknowledged everything, in milliseconds.</summary>
    private const int LingerPeriod = 10;

    private DeadlineTimer? _deadline;
    private long _heardAt;
    private long _restingSince;
    private long _stallSince;
    private long _stallSent;
    private long _waitDue = Never;
    private long _answerDue = Never;
    private long _askAgainAt = Never;
    private long _sentAt;
    private long _sentSeen;
    private long _halfClosedAt;
    private long _closingSince;
    private long _frameSince;
    private long _frameAt;

    private void BeginDeadlines()
    {
        if (_heardAt == 0)
        {
            _heardAt = _loop.Now;
            _restingSince = _loop.Now;
        }

        Schedule(_loop.Now);
    }

    /// <summary>How long it may take until a handler is registered, or, behind Closed, until it has ended.</summary>
    private void WaitFor(TimeSpan limit)
    {
        _waitDue = _loop.Now + Milliseconds(limit);
        Schedule(_loop.Now);
    }

    /// <summary>Waits for the handler, and asks it again until it answers or the time is over.</summary>
    private void AwaitHandler(int period)
    {
        if (_answerDue == Never)
        {
            _answerDue = _loop.Now + Milliseconds(_template.Settings.HandlerAnswerTimeout);
        }

        _askAgainAt = _loop.Now + period;
        Schedule(_loop.Now);
    }

    private void OnHandlerAwaited(long now)
    {
        var isUnstashing = _delivery == Delivery.Idle || _phase == ConnectionPhase.Ended;
        if (_answerDue == Never)
        {
            _askAgainAt = Never;
            _handler.Tell(new Identify(ProbeId), _self);
            Schedule(now);
            return;
        }

        if (_answerDue > now)
        {
            if (isUnstashing)
            {
                _handler.Tell(new Identify(_phase.ToString()), _self);
            }
            else if (_delivery == Delivery.NoHandler)
            {
                TellConnected();
            }
            else
            {
                _handler.Tell(_resumed!, _self);
            }

            AwaitHandler(isUnstashing ? StashPeriod : HandlerPeriod);
            return;
        }

        StopAwaitingHandler();
        LogEvent(
            Log,
            LogLevel.WarningLevel,
            isUnstashing ? "has a handler that left the last bytes in its stash for {Timeout}" : "has a handler that did not receive {Message} in {Timeout}",
            [.. isUnstashing ? Array.Empty<object>() : [_delivery == Delivery.NoHandler ? nameof(ConnectionProtocol.Connected) : nameof(ConnectionProtocol.Resumed)], _template.Settings.HandlerAnswerTimeout]);
        if (isUnstashing)
        {
            OnEndProcessed();
        }
        else
        {
            _handlerGivenUp = true;
            End(CloseReason.HandlerFailed);
        }
    }

    private void StopAwaitingHandler()
    {
        _answerDue = Never;
        _askAgainAt = Never;
    }

    private void EndDeadlines()
    {
        _stallSince = 0;
        _sendDeadlines = null;
        StopAwaitingHandler();
        if (_deadline is not null)
        {
            _loop.Timers.Cancel(_deadline);
        }
    }

    private void OnPeerHeard(int length)
    {
        _heardAt = _loop.Now;
        var isFirst = _received == 0;
        _received += length;
        if (isFirst)
        {
            // From now on the limit for silence holds, which may be the shorter one.
            Schedule(_heardAt);
        }
    }

    /// <summary>While this end does not read, the peer cannot be late.</summary>
    private void OnRestBegan() => _restingSince = _loop.Now;

    private void OnRestEnded()
    {
        _heardAt += _loop.Now - Math.Max(_restingSince, _heardAt);
        _frameSince += _frameSince == 0 ? 0 : _loop.Now - Math.Max(_restingSince, _frameSince);
        Schedule(_loop.Now);
    }

    /// <summary>Something waits to be sent: from now on the kernel must take some of it in time.</summary>
    private void WatchForStall()
    {
        if (_limits.WriteStall > TimeSpan.Zero && _stallSince == 0)
        {
            _stallSince = _loop.Now;
            _stallSent = _channel.SentBytes;
            Schedule(_loop.Now);
        }
    }

    /// <summary>A frame has begun and is not complete: from now on the rest must come in time.</summary>
    private void WatchFrame(FrameReader reader)
    {
        if (reader.Buffered == 0)
        {
            _frameSince = 0;
        }
        else if (_limits.FrameCompletion > TimeSpan.Zero && (_frameSince == 0 || _frameAt != reader.Offset))
        {
            _frameSince = _loop.Now;
            _frameAt = reader.Offset;
            Schedule(_loop.Now);
        }
    }

    /// <summary>One side has ended: from now on bytes must pass in time.</summary>
    private void OnHalfClosed()
    {
        _halfClosedAt = _loop.Now;
        Schedule(_loop.Now);
    }

    private void OnDeadline()
    {
        var now = _loop.Now;
        if (_channel.SentBytes != _sentSeen)
        {
            // Queued bytes have gone out since. When, nobody noted: a deadline may be late by as long as it is, never early.
            _sentSeen = _channel.SentBytes;
            _sentAt = now;
        }

        if (_stallSince != 0 && (_channel.QueuedBytes == 0 || _channel.SentBytes != _stallSent))
        {
            _stallSince = _channel.QueuedBytes == 0 ? 0 : now;
            _stallSent = _channel.SentBytes;
        }

        if (_sendDeadlines is { } sends)
        {
            OnSendsDue(sends, now);
        }

        if (WaitDue() <= now)
        {
            OnWaitOver();
        }
        else if (_phase == ConnectionPhase.Lingering)
        {
            OnLingering(now);
        }
        else if (AskDue() <= now)
        {
            OnHandlerAwaited(now);
        }
        else if (ReadDue() <= now)
        {
            End(_received == 0 && _limits.FirstByte > TimeSpan.Zero ? CloseReason.FirstByteTimeout : CloseReason.ReadIdleTimeout);
        }
        else if (FrameDue() <= now)
        {
            End(CloseReason.FrameTimeout);
        }
        else if (StallDue() <= now)
        {
            End(CloseReason.WriteStallTimeout);
        }
        else if (ClosingDue() <= now)
        {
            End(_phase == ConnectionPhase.Flushing ? CloseReason.FlushTimeout : CloseReason.HalfClosedTimeout);
        }
        else if (HalfClosedDue() <= now)
        {
            End(CloseReason.HalfClosedTimeout);
        }
        else if (IdleDue() <= now)
        {
            End(CloseReason.IdleTimeout);
        }
        else
        {
            Schedule(now);
        }
    }

    private void OnWaitOver()
    {
        switch (_phase)
        {
            case ConnectionPhase.Registering:
                End(CloseReason.NotRegistered);
                break;
            case ConnectionPhase.Lingering:
                End(_flushReason);
                break;
            default:
                OnHandlerOverdue();
                break;
        }
    }

    private void Schedule(long now)
    {
        var due = Math.Min(Math.Min(WaitDue(), FrameDue()), Math.Min(ReadDue(), StallDue()));
        due = Math.Min(due, Math.Min(ClosingDue(), Math.Min(HalfClosedDue(), IdleDue())));
        due = Math.Min(due, _sendDeadlines?.Due ?? Never);
        due = Math.Min(due, _phase == ConnectionPhase.Lingering ? now + LingerPeriod : AskDue());
        if (due == Never)
        {
            return;
        }

        _loop.Timers.Schedule(_deadline ??= new DeadlineTimer(_self), now, Math.Max(0, due - now));
    }

    private long WaitDue() => _phase is ConnectionPhase.Registering or ConnectionPhase.Lingering or ConnectionPhase.Ended ? _waitDue : Never;

    private long AskDue() => Math.Min(_answerDue, _askAgainAt);

    /// <summary>The end of a connection takes a bounded time in all, whatever the peer does meanwhile.</summary>
    private long ClosingDue() => _phase switch
    {
        ConnectionPhase.Flushing => After(_closingSince, _limits.Flush),
        ConnectionPhase.AwaitingEnd => After(_closingSince, _limits.HalfClosed),
        _ => Never,
    };

    /// <summary>While the handler has received bytes to process or does not read, it is the handler's time, not the peer's.</summary>
    private long HalfClosedDue() => _phase switch
    {
        ConnectionPhase.PeerEnded or ConnectionPhase.BadFrame => After(Math.Max(_halfClosedAt, LastByteAt), _limits.HalfClosed),
        ConnectionPhase.Open when (_ended & ShutdownSides.Sending) != 0 && _rest == ReadPauseReasons.None => After(Math.Max(_halfClosedAt, LastByteAt), _limits.HalfClosed),
        _ => Never,
    };

    private long IdleDue() => _phase is ConnectionPhase.Open or ConnectionPhase.PeerEnded && _rest == ReadPauseReasons.None ? After(LastByteAt, _limits.Idle) : Never;

    private long LastByteAt => Math.Max(_heardAt, _sentAt);

    private static long After(long since, TimeSpan limit) => limit > TimeSpan.Zero ? since + Milliseconds(limit) : Never;

    private long ReadDue()
    {
        if (_rest != ReadPauseReasons.None || (_ended & (ShutdownSides.Receiving | ShutdownSides.Dropping)) != 0 || _phase is not (ConnectionPhase.Open or ConnectionPhase.AwaitingEnd))
        {
            return Never;
        }

        var limit = _received == 0 && _limits.FirstByte > TimeSpan.Zero ? _limits.FirstByte : _limits.ReadIdle;
        return limit > TimeSpan.Zero ? _heardAt + Milliseconds(limit) : Never;
    }

    private long FrameDue() =>
        _frameSince == 0 || _limits.FrameCompletion <= TimeSpan.Zero || _rest != ReadPauseReasons.None || _phase is not (ConnectionPhase.Open or ConnectionPhase.AwaitingEnd)
            ? Never
            : _frameSince + Milliseconds(_limits.FrameCompletion);

    private long StallDue() => _stallSince == 0 || _limits.WriteStall <= TimeSpan.Zero ? Never : _stallSince + Milliseconds(_limits.WriteStall);

    private static long Milliseconds(TimeSpan time) => (long)Math.Min(time.TotalMilliseconds, int.MaxValue);
}
