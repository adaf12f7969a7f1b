namespace ActorTcp.Tests.Connections;

public sealed class WriteSideTests : IEncoderFailureLog
{
    private readonly FakeChannel _channel = new() { IsBlocked = true };
    private readonly RecordingRef _sender = new("sender");
    private readonly List<Exception> _failures = [];
    private readonly WriteSide _write;

    public WriteSideTests() =>
        _write = new WriteSide(_channel, new RecordingRef("connection"), this, new ConnectionSettings { SendQueueBytes = 1000, SendQueueHigh = 300, SendQueueLow = 100 }.Limits);

    void IEncoderFailureLog.OnEncoderFailed(Send send, Exception failure) => _failures.Add(failure);

    [Fact]
    public void Outcomes_follow_in_the_order_of_the_queue()
    {
        Assert.True(_write.TrySend(new Send("a", 1), _sender, 0));
        Assert.True(_write.TrySend(new Send("b", 2), _sender, 0));
        Assert.Equal(WriteNotice.None, _write.Queue(new ConnectionProtocol.Flush(3), _sender));

        var sent = _channel.Flush(2);
        _write.OnSent(sent[1]);
        Assert.Equal([new ConnectionProtocol.Sent(1), new ConnectionProtocol.Sent(2)], _sender.Take());

        _write.OnSent(Assert.Single(_channel.Flush()));
        Assert.Equal([new ConnectionProtocol.Flushed(3)], _sender.Take());
    }

    [Fact]
    public void Send_beyond_the_bound_is_refused_with_ENOBUFS_unless_the_queue_is_empty()
    {
        Assert.True(_write.TrySend(new Send(new byte[2000]), _sender, 0));

        Assert.False(_write.TrySend(new Send("x", "token"), _sender, 0));

        Assert.Equal(Errno.ENOBUFS, Assert.IsType<ConnectionProtocol.SendFailed>(Assert.Single(_sender.Take())).Errno);
    }

    [Fact]
    public void Flush_and_Shutdown_beyond_the_bound_are_refused_with_ENOBUFS()
    {
        var flushes = 0;
        while (_write.HasRoom)
        {
            _write.Queue(new ConnectionProtocol.Flush(flushes++), _sender);
        }

        Assert.Equal(1000 / ConnectionLimits.MessageOverhead, flushes);
        Assert.Empty(_sender.Take());
        _write.Queue(new ConnectionProtocol.Flush("last"), _sender);
        var failed = Assert.IsType<ConnectionProtocol.SendFailed>(Assert.Single(_sender.Take()));
        Assert.Equal(("last", Errno.ENOBUFS), (failed.Token, failed.Errno));

        _write.Queue(new ConnectionProtocol.Shutdown(ShutdownHow.Write), _sender);

        Assert.Equal([new ConnectionProtocol.ShutdownDone(ShutdownHow.Write, Errno.ENOBUFS)], _sender.Take());
        Assert.Equal(WriteState.Open, _write.State);
    }

    [Fact]
    public void Queue_rises_once_above_the_high_mark_and_falls_once_at_the_low_mark()
    {
        _write.TrySend(new Send(new byte[301]), _sender, 0);

        Assert.True(_write.TryRise());
        Assert.False(_write.TryRise());
        Assert.Equal(100, _channel.LowMark);
        Assert.False(_write.TryFall());
        _channel.Flush();

        Assert.True(_write.TryFall());
        Assert.False(_write.TryFall());
        Assert.Equal(WriteState.Open, _write.State);
    }

    [Fact]
    public void Shutdown_refuses_later_Sends_and_completes_after_earlier_ones()
    {
        _write.TrySend(new Send("a"), _sender, 0);
        _write.Queue(new ConnectionProtocol.Shutdown(ShutdownHow.Write), _sender);

        Assert.False(_write.TrySend(new Send("b", 1), _sender, 0));
        Assert.Equal(Errno.EPIPE, Assert.IsType<ConnectionProtocol.SendFailed>(Assert.Single(_sender.Take())).Errno);
        Assert.Equal(0, _channel.Shutdowns);
        Assert.Equal(WriteNotice.None, _write.OnSent(Assert.Single(_channel.Flush())));

        Assert.Equal(1, _channel.Shutdowns);
        Assert.Equal([new ConnectionProtocol.ShutdownDone(ShutdownHow.Write, Errno.None)], _sender.Take());
        Assert.Equal(WriteState.ShutDown, _write.State);
    }

    [Fact]
    public void Shutdown_that_the_kernel_refuses_leaves_sending_enabled()
    {
        _channel.IsBlocked = false;
        _channel.ShutdownResult = Errno.ENOTCONN;

        Assert.Equal(WriteNotice.ShutdownFailed, _write.Queue(new ConnectionProtocol.Shutdown(ShutdownHow.Write), _sender));

        Assert.False(_write.IsShutDown);
        Assert.True(_write.TrySend(new Send("a"), _sender, 0));
    }

    [Fact]
    public void Queue_above_the_high_mark_still_falls_after_Shutdown()
    {
        _write.TrySend(new Send(new byte[301]), _sender, 0);
        _write.TryRise();
        _write.Queue(new ConnectionProtocol.Shutdown(ShutdownHow.Write), _sender);
        Assert.Equal(WriteState.ShutDownHigh, _write.State);

        _write.OnSent(Assert.Single(_channel.Flush()));

        Assert.True(_write.TryFall());
        Assert.Equal(WriteState.ShutDown, _write.State);
    }

    [Fact]
    public void Overdue_Send_is_withdrawn_and_fails_with_ETIMEDOUT()
    {
        _write.TrySend(new Send("abc", "token") { Timeout = TimeSpan.FromMilliseconds(50) }, _sender, 1000);
        Assert.Equal(1050, _write.NextSendDue);

        Assert.True(_write.TryFailOverdue(1049));
        Assert.Empty(_sender.Messages);
        Assert.True(_write.TryFailOverdue(1050));

        Assert.Equal(Errno.ETIMEDOUT, Assert.IsType<ConnectionProtocol.SendFailed>(Assert.Single(_sender.Take())).Errno);
        Assert.Equal(0, _channel.QueuedBytes);
    }

    [Fact]
    public void Close_sends_an_outcome_for_every_entry()
    {
        _write.TrySend(new Send("a", 1), _sender, 0);
        _write.TrySend(new Send("b"), _sender, 0);
        _write.Queue(new ConnectionProtocol.Flush(2), _sender);
        _write.Queue(AnswersMark.Instance, _sender);
        _write.Queue(new ConnectionProtocol.Shutdown(ShutdownHow.Write), _sender);
        _channel.Flush(1);

        _write.Close(Errno.ECONNRESET);

        Assert.Collection(
            _sender.Take(),
            first => Assert.Equal(new ConnectionProtocol.Sent(1), first),
            second => Assert.Equal(Errno.ECONNRESET, Assert.IsType<ConnectionProtocol.SendFailed>(second).Errno),
            third => Assert.Equal(Errno.ECONNRESET, Assert.IsType<ConnectionProtocol.ShutdownDone>(third).Errno));
        Assert.Equal(WriteState.Closed, _write.State);
    }

    [Fact]
    public void Sends_are_framed_and_an_encoder_that_throws_fails_only_its_Send()
    {
        _channel.IsBlocked = false;
        _write.Attach(new LineFraming(10), new LineFraming(10).CreateEncoder());

        Assert.True(_write.TrySend(new Send("a"), _sender, 0));
        Assert.False(_write.TrySend(new Send("a\nb", 1), _sender, 0));

        Assert.Equal("a\n"u8.ToArray(), _channel.Sent);
        Assert.Equal(Errno.EMSGSIZE, Assert.IsType<ConnectionProtocol.SendFailed>(Assert.Single(_sender.Take())).Errno);
        Assert.Empty(_failures);
    }

    [Fact]
    public void Tokens_without_an_outcome_are_those_of_one_sender_oldest_first()
    {
        _write.TrySend(new Send("a", 1), _sender, 0);
        _write.TrySend(new Send("b", 2), new RecordingRef("other"), 0);
        _write.TrySend(new Send("c", 3), _sender, 0);

        Assert.Equal([1, 3], _write.UnansweredTokens(_sender));
    }
}
