namespace ActorTcp.Tests.Connections;

public sealed class DeadlinesTests : IEncoderFailureLog
{
    private static readonly ConnectionLimits Limits = new ConnectionSettings().Limits with
    {
        FirstByte = TimeSpan.FromSeconds(1),
        ReadIdle = TimeSpan.FromSeconds(2),
        FrameCompletion = TimeSpan.FromSeconds(3),
        WriteStall = TimeSpan.FromSeconds(4),
        Flush = TimeSpan.FromSeconds(5),
        HalfClosed = TimeSpan.FromSeconds(6),
    };

    private readonly FakeChannel _channel = new() { IsBlocked = true };
    private readonly TimerWheel _wheel = new();
    private readonly Timer _timer = new();
    private readonly Delivery _delivery;
    private readonly ReadSide _read;
    private readonly WriteSide _write;
    private readonly Deadlines _deadlines;
    private long _now = 1_000_000;

    public DeadlinesTests()
    {
        var connection = new RecordingRef("connection");
        _delivery = new Delivery(connection, new HandlerSide(), _channel);
        _read = new ReadSide(_channel, _delivery, Limits);
        _write = new WriteSide(_channel, connection, this, Limits);
        _deadlines = new Deadlines(_channel, _read, _write, _wheel, _timer, Limits);
        _deadlines.Begin(_now);
    }

    void IEncoderFailureLog.OnEncoderFailed(Send send, Exception failure)
    {
    }

    [Fact]
    public void Peer_that_sends_no_first_byte_is_late()
    {
        Open();

        Assert.Equal(CloseReason.FirstByteTimeout, LateAfter(1000));
    }

    [Fact]
    public void Peer_that_stops_sending_is_late()
    {
        Open();
        Receive();

        Assert.Equal(CloseReason.ReadIdleTimeout, LateAfter(2000));
    }

    [Fact]
    public void Peer_is_not_late_while_reading_is_paused()
    {
        Open();
        Receive();
        _now += 1500;
        _read.Pause(ReadPauseReasons.Suspended);
        _deadlines.OnPaused(_now);
        _now += 60_000;
        Assert.Equal(DeadlineEvent.None, _deadlines.Check(_now, out _));

        _read.Resume(ReadPauseReasons.Suspended);
        _deadlines.OnResumed(_now);

        Assert.Equal(CloseReason.ReadIdleTimeout, LateAfter(500));
    }

    [Fact]
    public void Peer_that_reads_nothing_of_the_queue_is_late()
    {
        Open();
        _read.Drop();
        _write.TrySend(new Send("abc"), ActorRefs.Nobody, _now);
        _deadlines.WatchStall(_now, isNew: true);

        Assert.Equal(CloseReason.WriteStallTimeout, LateAfter(4000));
    }

    [Fact]
    public void Progress_of_the_queue_moves_the_stall_deadline()
    {
        Open();
        _read.Drop();
        _write.TrySend(new Send("abc"), ActorRefs.Nobody, _now);
        _write.TrySend(new Send("def"), ActorRefs.Nobody, _now);
        _deadlines.WatchStall(_now, isNew: true);
        _now += 3900;
        _channel.LastSentAt = _now;
        _channel.Flush(1);
        Assert.Equal(DeadlineEvent.None, _deadlines.Check(_now, out _));

        Assert.Equal(CloseReason.WriteStallTimeout, LateAfter(4000));
    }

    [Fact]
    public void Peer_that_does_not_finish_a_frame_is_late()
    {
        _read.Attach(new LineFraming(100).CreateDecoder());
        Open();
        _deadlines.Limits = Limits with { ReadIdle = TimeSpan.Zero };
        Receive("begun");
        _now += 10;
        _deadlines.OnReceived(isFirst: false, _now);

        Assert.Equal(CloseReason.FrameTimeout, LateAfter(2990));
        _read.Close();
    }

    [Fact]
    public void Flush_has_a_deadline_whatever_the_peer_sends()
    {
        Open();
        _deadlines.Enter(ConnectionPhase.Flushing, _now);

        Assert.Equal(CloseReason.FlushTimeout, LateAfter(5000));
    }

    [Fact]
    public void Half_closed_connection_has_a_deadline()
    {
        Open();
        _deadlines.Enter(ConnectionPhase.PeerEndPending, _now);
        _deadlines.Enter(ConnectionPhase.PeerEnded, _now);
        _deadlines.OnHalfClosed(_now);

        Assert.Equal(CloseReason.HalfClosedTimeout, LateAfter(6000));
    }

    [Fact]
    public void Phase_without_a_handler_is_limited()
    {
        _deadlines.LimitPhase(TimeSpan.FromSeconds(1), _now);

        Assert.Equal(DeadlineEvent.None, _deadlines.Check(_now + 999, out _));
        Assert.Equal(DeadlineEvent.PhaseOver, _deadlines.Check(_now + 1000, out _));
    }

    [Fact]
    public void Handler_is_asked_each_period_until_its_time_is_over()
    {
        _deadlines.AwaitHandler(250, TimeSpan.FromMilliseconds(600), _now);
        Assert.Equal(HandlerWatch.Answer, _deadlines.Watch);

        Assert.Equal(DeadlineEvent.AskHandler, _deadlines.Check(_now + 250, out _));
        _deadlines.AwaitHandler(250, TimeSpan.FromMilliseconds(600), _now + 250);
        Assert.Equal(DeadlineEvent.None, _deadlines.Check(_now + 499, out _));
        Assert.Equal(DeadlineEvent.HandlerLate, _deadlines.Check(_now + 600, out _));
        Assert.Equal(HandlerWatch.None, _deadlines.Watch);
    }

    [Fact]
    public void Handler_with_a_stash_is_probed_after_a_period_without_a_limit()
    {
        _deadlines.ProbeLater(250, _now);

        Assert.Equal(DeadlineEvent.ProbeHandler, _deadlines.Check(_now + 100_000, out _));
        Assert.Equal(HandlerWatch.None, _deadlines.Watch);
    }

    [Fact]
    public void Lingering_connection_is_checked_and_limited()
    {
        Open();
        _deadlines.Enter(ConnectionPhase.Flushing, _now);
        _deadlines.Enter(ConnectionPhase.Lingering, _now);
        _deadlines.LimitPhase(TimeSpan.FromSeconds(1), _now);

        Assert.Equal(DeadlineEvent.CheckLinger, _deadlines.Check(_now + 10, out _));
        Assert.Equal(DeadlineEvent.PhaseOver, _deadlines.Check(_now + 1000, out _));
    }

    [Fact]
    public void Stopped_deadlines_leave_no_timer()
    {
        Open();
        _deadlines.Schedule(_now);
        Assert.Equal(1, _wheel.Count);

        _deadlines.Stop();

        Assert.Equal(0, _wheel.Count);
    }

    private void Open()
    {
        _deadlines.Enter(ConnectionPhase.Open, _now);
        _delivery.OnReady();
        _read.Resume(ReadPauseReasons.NoHandler);
        _deadlines.OnResumed(_now);
    }

    private void Receive(string text = "x")
    {
        _deadlines.OnReceived(_read.Count(text.Length), _now);
        if (_read.IncompleteBytes == 0 && text.Length > 1)
        {
            _read.Buffer(SlabSlice.CopyOf(Encoding.UTF8.GetBytes(text)));
            _read.DeliverBuffered();
        }

        _deadlines.WatchFrame(_now);
    }

    /// <summary>Checks that nothing is overdue one millisecond earlier; returns the reason at the given time.</summary>
    private CloseReason LateAfter(long milliseconds)
    {
        Assert.Equal(DeadlineEvent.None, _deadlines.Check(_now + milliseconds - 1, out _));
        Assert.Equal(DeadlineEvent.PeerLate, _deadlines.Check(_now + milliseconds, out var reason));
        return reason;
    }

    private sealed class Timer : LoopTimer
    {
        public override void OnDue()
        {
        }
    }
}
