using ActorTcp.EventLoop;
using ActorTcp.Transport;
using Akka.Actor;

namespace ActorTcp.Connections;

/// <summary>
/// The deadlines of one connection, for its peer and for its handler. One timer serves all of them: an event only notes its time, and when the timer is due
/// <see cref="Check"/> finds what is really overdue. Only the network moves the peer's deadlines, never a local message. Times are in milliseconds of the
/// loop's clock. Used on the loop's thread.
/// </summary>
internal sealed class Deadlines(IChannel channel, ReadSide read, WriteSide write, TimerWheel timers, LoopTimer timer, ConnectionLimits limits)
{
    public const long Never = long.MaxValue;

    /// <summary>How often a lingering connection checks whether the peer has acknowledged everything, in milliseconds.</summary>
    private const int LingerPeriod = 10;

    private ConnectionPhase _phase;
    private long _waitDue = Never;
    private long _handshakeDue = Never;
    private long _answerDue = Never;
    private long _askAgainAt = Never;
    private long _heardAt;
    private long _pausedSince;
    private long _stalledSince;
    private long _halfClosedSince;
    private long _closingSince;
    private long _frameSince;
    private long _frameOffset;
    private long _resumeAt = Never;
    private long _checkRemoteAt = Never;

    /// <summary>Whether, and how, the handler's answer is awaited.</summary>
    public HandlerWatch Watch { get; private set; } = HandlerWatch.None;

    public ConnectionLimits Limits { get; set; } = limits;

    private long LastByteAt => Math.Max(_heardAt, channel.LastSentAt);

    private bool IsReading => !read.IsPaused && _phase is ConnectionPhase.Open or ConnectionPhase.AwaitingEnd;

    /// <summary>Continues with another channel of the same connection, which has the same counts: TLS begins.</summary>
    public void ChangeChannel(IChannel next) => channel = next;

    /// <summary>The connection is open. From now on its peer has deadlines.</summary>
    public void Begin(long now)
    {
        _heardAt = now;
        _pausedSince = now;
        Schedule(now);
    }

    /// <summary>The connection enters a phase. Its deadlines hold from the next <see cref="Schedule"/> on.</summary>
    public void Enter(ConnectionPhase phase, long now)
    {
        _phase = phase;
        if (phase is ConnectionPhase.Flushing or ConnectionPhase.AwaitingEnd)
        {
            _closingSince = now;
        }
    }

    /// <summary>The connection has ended: no deadline of the peer is left.</summary>
    public void Stop()
    {
        _stalledSince = 0;
        _handshakeDue = Never;
        StopHandlerWatch();
        _resumeAt = Never;
        _checkRemoteAt = Never;
        timers.Cancel(timer);
    }

    /// <summary>Limits the time that the connection stays in its phase, which is Registering, Lingering or Ended.</summary>
    public void LimitPhase(TimeSpan limit, long now)
    {
        _waitDue = now + Milliseconds(limit);
        Schedule(now);
    }

    /// <summary>Reading was paused until a time. Never: it was not, or not any more.</summary>
    public void ResumeReadingAt(long due, long now)
    {
        _resumeAt = due;
        Schedule(now);
    }

    /// <summary>The peer must complete its handshake in time.</summary>
    public void AwaitHandshake(TimeSpan limit, long now)
    {
        _handshakeDue = now + Milliseconds(limit);
        Schedule(now);
    }

    /// <summary>The handshake is complete.</summary>
    public void OnHandshaken(long now)
    {
        _handshakeDue = Never;
        _heardAt = now;
        Schedule(now);
    }

    /// <summary>The handler must answer within a time, counted from the first call, and is asked again each period.</summary>
    public void AwaitHandler(int period, TimeSpan limit, long now)
    {
        if (Watch != HandlerWatch.Answer)
        {
            Watch = HandlerWatch.Answer;
            _answerDue = now + Milliseconds(limit);
        }

        _askAgainAt = now + period;
        Schedule(now);
    }

    /// <summary>The handler is probed again after a period.</summary>
    public void ProbeLater(int period, long now)
    {
        if (Watch == HandlerWatch.None)
        {
            Watch = HandlerWatch.Probe;
        }

        _askAgainAt = now + period;
        Schedule(now);
    }

    /// <summary>The progress of a handler on another node is checked after a period.</summary>
    public void CheckRemote(int period, long now)
    {
        _checkRemoteAt = now + period;
        Schedule(now);
    }

    /// <summary>The handler has answered, or is gone.</summary>
    public void StopHandlerWatch()
    {
        Watch = HandlerWatch.None;
        _answerDue = Never;
        _askAgainAt = Never;
    }

    /// <summary>Bytes came from the peer, and are counted.</summary>
    public void OnReceived(bool isFirst, long now)
    {
        _heardAt = now;
        if (isFirst)
        {
            // From now on the limit for silence holds, which may be the shorter one.
            Schedule(now);
        }
    }

    /// <summary>Reading is paused. Until it is resumed, no deadline for received bytes runs.</summary>
    public void OnPaused(long now) => _pausedSince = now;

    public void OnResumed(long now)
    {
        _heardAt += now - Math.Max(_pausedSince, _heardAt);
        _frameSince += _frameSince == 0 ? 0 : now - Math.Max(_pausedSince, _frameSince);
        Schedule(now);
    }

    /// <summary>Bytes are queued: from now on the kernel must take some of them in time.</summary>
    /// <param name="now">The time.</param>
    /// <param name="isNew">Whether the queue was empty before: the time that the queue before it took does not count.</param>
    public void WatchStall(long now, bool isNew)
    {
        if (Limits.WriteStall > TimeSpan.Zero && (_stalledSince == 0 || isNew))
        {
            _stalledSince = now;
            Schedule(now);
        }
    }

    /// <summary>Frames were read. If one is incomplete, the rest of it must come in time.</summary>
    public void WatchFrame(long now)
    {
        if (read.IncompleteBytes == 0)
        {
            _frameSince = 0;
        }
        else if (Limits.FrameCompletion > TimeSpan.Zero && (_frameSince == 0 || _frameOffset != read.DecoderOffset))
        {
            _frameSince = now;
            _frameOffset = read.DecoderOffset;
            Schedule(now);
        }
    }

    /// <summary>The framing has changed, or received bytes are dropped: no frame is incomplete.</summary>
    public void ForgetFrame() => _frameSince = 0;

    /// <summary>One side has ended: from now on bytes must pass in time.</summary>
    public void OnHalfClosed(long now)
    {
        _halfClosedSince = now;
        Schedule(now);
    }

    /// <summary>Finds the deadline that is overdue when the timer is due. If the result is None, the timer is scheduled again.</summary>
    /// <param name="now">The time.</param>
    /// <param name="reason">Why the connection ends, if the result is PeerLate.</param>
    public DeadlineEvent Check(long now, out CloseReason reason)
    {
        reason = default;
        if (channel.QueuedBytes == 0)
        {
            _stalledSince = 0;
        }

        if (WaitDue <= now)
        {
            return DeadlineEvent.PhaseOver;
        }

        if (_phase == ConnectionPhase.Lingering)
        {
            return DeadlineEvent.CheckLinger;
        }

        if (_resumeAt <= now)
        {
            _resumeAt = Never;
            return DeadlineEvent.ResumeReading;
        }

        if (_checkRemoteAt <= now)
        {
            _checkRemoteAt = Never;
            return DeadlineEvent.CheckRemote;
        }

        if (AskDue <= now)
        {
            return CheckHandler(now);
        }

        if (ReasonOfLatePeer(now) is { } late)
        {
            reason = late;
            return DeadlineEvent.PeerLate;
        }

        Schedule(now);
        return DeadlineEvent.None;
    }

    /// <summary>Schedules the timer for the first deadline. Called when a deadline may have come nearer.</summary>
    public void Schedule(long now)
    {
        var due = Math.Min(Math.Min(WaitDue, FrameDue), Math.Min(ReadDue, StallDue));
        due = Math.Min(due, Math.Min(ClosingDue, Math.Min(HalfClosedDue, IdleDue)));
        due = Math.Min(due, Math.Min(write.NextSendDue, Math.Min(_handshakeDue, Math.Min(_resumeAt, _checkRemoteAt))));
        due = Math.Min(due, _phase == ConnectionPhase.Lingering ? now + LingerPeriod : AskDue);
        if (due != Never)
        {
            timers.Schedule(timer, now, Math.Max(0, due - now));
        }
    }

    internal static long Milliseconds(TimeSpan time) => (long)Math.Min(time.TotalMilliseconds, int.MaxValue);

    private long WaitDue => _phase is ConnectionPhase.Registering or ConnectionPhase.Lingering or ConnectionPhase.Ended ? _waitDue : Never;

    private long AskDue => Math.Min(_answerDue, _askAgainAt);

    /// <summary>The end of a connection takes a bounded time in all, whatever the peer does meanwhile.</summary>
    private long ClosingDue => _phase switch
    {
        ConnectionPhase.Flushing => After(_closingSince, Limits.Flush),
        ConnectionPhase.AwaitingEnd => After(_closingSince, Limits.HalfClosed),
        _ => Never,
    };

    /// <summary>While the handler processes bytes or does not read, the time is the handler's, not the peer's.</summary>
    private long HalfClosedDue => _phase switch
    {
        ConnectionPhase.PeerEnded or ConnectionPhase.BadFrame => After(Math.Max(_halfClosedSince, LastByteAt), Limits.HalfClosed),
        ConnectionPhase.Open when write.IsShutDown && !read.IsPaused => After(Math.Max(_halfClosedSince, LastByteAt), Limits.HalfClosed),
        _ => Never,
    };

    private long IdleDue => _phase is ConnectionPhase.Open or ConnectionPhase.PeerEnded && !read.IsPaused ? After(LastByteAt, Limits.Idle) : Never;

    private bool AwaitsFirstByte => read.ReceivedBytes == 0 && Limits.FirstByte > TimeSpan.Zero;

    private long ReadDue => IsReading && read.State == StreamState.Receiving ? After(_heardAt, AwaitsFirstByte ? Limits.FirstByte : Limits.ReadIdle) : Never;

    private long FrameDue => _frameSince != 0 && IsReading ? After(_frameSince, Limits.FrameCompletion) : Never;

    private long StallDue => _stalledSince == 0 ? Never : After(Math.Max(_stalledSince, channel.LastSentAt), Limits.WriteStall);

    private static long After(long since, TimeSpan limit) => limit > TimeSpan.Zero ? since + Milliseconds(limit) : Never;

    private DeadlineEvent CheckHandler(long now)
    {
        if (Watch == HandlerWatch.Probe)
        {
            StopHandlerWatch();
            return DeadlineEvent.ProbeHandler;
        }

        if (_answerDue > now)
        {
            return DeadlineEvent.AskHandler;
        }

        StopHandlerWatch();
        return DeadlineEvent.HandlerLate;
    }

    private CloseReason? ReasonOfLatePeer(long now) =>
        _handshakeDue <= now ? CloseReason.HandshakeTimeout
        : ReadDue <= now ? AwaitsFirstByte ? CloseReason.FirstByteTimeout : CloseReason.ReadIdleTimeout
        : FrameDue <= now ? CloseReason.FrameTimeout
        : StallDue <= now ? CloseReason.WriteStallTimeout
        : ClosingDue <= now ? _phase == ConnectionPhase.Flushing ? CloseReason.FlushTimeout : CloseReason.HalfClosedTimeout
        : HalfClosedDue <= now ? CloseReason.HalfClosedTimeout
        : IdleDue <= now ? CloseReason.IdleTimeout
        : null;
}

/// <summary>
/// Whether, and how, a connection awaits an answer of its handler.
/// <code>
/// None ──the probed messages are in its stash──▶ Probe ──the period is over──▶ None, and the handler is probed
///  │ it must answer in time                        │ it must answer in time
///  └───────────────────▶ Answer ◀──────────────────┘
/// Answer ──a period is over──▶ Answer, and the handler is asked again
/// Answer ──it has answered, is gone, or the time is over──▶ None
/// </code>
/// </summary>
internal enum HandlerWatch
{
    /// <summary>No answer is awaited in time.</summary>
    None,
    /// <summary>The handler is probed after a period. It may take as long as it wants.</summary>
    Probe,
    /// <summary>The handler must answer in time.</summary>
    Answer,
}

/// <summary>The deadline that is overdue.</summary>
internal enum DeadlineEvent
{
    None,
    /// <summary>The time of the phase is over.</summary>
    PhaseOver,
    /// <summary>The connection lingers: the caller checks whether the peer has acknowledged everything.</summary>
    CheckLinger,
    /// <summary>The caller probes the handler.</summary>
    ProbeHandler,
    /// <summary>The caller asks the handler again.</summary>
    AskHandler,
    /// <summary>The handler has not answered in time.</summary>
    HandlerLate,
    /// <summary>The caller checks the progress of a handler on another node.</summary>
    CheckRemote,
    /// <summary>The peer is late.</summary>
    PeerLate,
    /// <summary>The pause of <see cref="Deadlines.ResumeReadingAt"/> is over.</summary>
    ResumeReading,
}

/// <summary>The one timer of a connection. When it is due, it goes into the actor's mailbox.</summary>
internal sealed class DeadlineTimer(IActorRef connection) : LoopTimer, INoSerializationVerificationNeeded
{
    public override void OnDue() => connection.Tell(this, ActorRefs.NoSender);
}
