namespace ActorTcp.Tests.Connections;

public sealed class DeliveryTests
{
    private readonly RecordingRef _handlerRef = new("handler");
    private readonly HandlerSide _handler = new();
    private readonly Delivery _delivery;
    private readonly ConnectionLimits _limits = new ConnectionSettings { ReadAheadBytes = 1000 }.Limits;

    public DeliveryTests()
    {
        _handler.Register(new ConnectionProtocol.Register(_handlerRef), ActorRefs.Nobody, null);
        _delivery = new Delivery(new RecordingRef("connection"), _handler, new FakeChannel());
    }

    [Fact]
    public void Handler_that_throws_receives_its_bytes_in_Resumed()
    {
        Deliver("abc");

        Assert.True(_delivery.OnThrew());
        _delivery.SendResumed(3, []);

        var resumed = LastResumed();
        Assert.True(resumed.ReceivedFailed);
        Assert.Equal("abc"u8.ToArray(), resumed.Bytes.ToArray());
        Assert.Equal(AckResult.None, _delivery.Acknowledge(0));
        Assert.Equal(AckResult.ResumedProcessed, _delivery.Acknowledge(resumed.Number));
        Assert.Equal(DeliveryState.Idle, _delivery.State);
        Assert.Null(_delivery.Unconfirmed.Slab);
    }

    [Fact]
    public void Handler_that_restarts_over_another_message_receives_its_bytes_again()
    {
        Deliver("abc");

        Assert.True(_delivery.OnRestarting(inTheMiddle: false));
        _delivery.SendResumed(3, []);
        var resumed = LastResumed();
        Assert.False(resumed.ReceivedFailed);
        Assert.Equal(0, resumed.Offset);
        _handlerRef.Take();

        Assert.Equal(AckResult.None, _delivery.Acknowledge(resumed.Number));
        Assert.Equal(DeliveryState.Delivered, _delivery.State);
        Assert.Equal(3, Assert.IsType<Received>(Assert.Single(_handlerRef.Take())).Length);
        Assert.Equal(AckResult.BytesProcessed, _delivery.Acknowledge(0));
    }

    [Fact]
    public void Resumed_is_sent_again_only_if_the_instance_was_processing_it()
    {
        Deliver("abc");
        _delivery.OnThrew();
        _delivery.SendResumed(3, []);

        Assert.False(_delivery.OnRestarting(inTheMiddle: false));
        Assert.True(_delivery.OnRestarting(inTheMiddle: true));
        Assert.False(_delivery.OnStopped());
        Assert.True(_delivery.OnThrew());
        _delivery.ReleaseUnconfirmed();
    }

    [Fact]
    public void Handler_that_does_not_acknowledge_receives_a_window_and_a_probe()
    {
        _delivery.OnReady();
        var size = (int)_limits.ReadAheadBytes / 2;

        _delivery.Deliver(SlabSlice.CopyOf(new byte[size]), 0, _limits);
        Assert.Equal(DeliveryState.Idle, _delivery.State);
        _delivery.Deliver(SlabSlice.CopyOf(new byte[size]), size, _limits);

        Assert.Equal(DeliveryState.WindowFull, _delivery.State);
        Assert.Equal(Delivery.ProbeId, Assert.Single(_handlerRef.Messages.OfType<Identify>()).MessageId);
        Assert.NotEqual(ProbeResult.None, _delivery.OnProbeAnswer(_limits));
        Assert.True(_delivery.TryOpenWindow(_limits));
        Assert.Equal(DeliveryState.Idle, _delivery.State);
    }

    [Fact]
    public void Failed_handler_that_terminates_stays_failed_unless_a_new_instance_answers()
    {
        _handler.OnFailed();
        Assert.Equal(CloseReason.HandlerFailed, _handler.EndReason);
        _handler.OnReplaced();
        Assert.Equal(CloseReason.HandlerStopped, _handler.EndReason);

        _handler.OnFailed();
        _handler.OnTerminated();

        Assert.Equal(HandlerLife.Failed, _handler.Life);
        Assert.True(_handler.IsGone);
    }

    private void Deliver(string text)
    {
        _handler.EnableAcknowledgements();
        _delivery.OnReady();
        _delivery.Deliver(SlabSlice.CopyOf(Encoding.UTF8.GetBytes(text)), 0, _limits);
        ((Received)Assert.Single(_handlerRef.Take())).Release();
        Assert.True(_delivery.AwaitsAck);
    }

    private ConnectionProtocol.Resumed LastResumed() => Assert.IsType<ConnectionProtocol.Resumed>(_handlerRef.Messages[^1]);
}
