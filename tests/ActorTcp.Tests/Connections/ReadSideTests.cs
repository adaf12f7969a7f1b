namespace ActorTcp.Tests.Connections;

public sealed class ReadSideTests
{
    private readonly FakeChannel _channel = new();
    private readonly RecordingRef _handlerRef = new("handler");
    private readonly Delivery _delivery;
    private readonly ReadSide _read;

    public ReadSideTests()
    {
        var handler = new HandlerSide();
        handler.Register(new ConnectionProtocol.Register(_handlerRef), ActorRefs.Nobody, null);
        handler.EnableAcknowledgements();
        _delivery = new Delivery(new RecordingRef("connection"), handler, _channel);
        _read = new ReadSide(_channel, _delivery, new ConnectionSettings { ReadAheadBytes = 10 }.Limits);
    }

    [Fact]
    public void Bytes_for_an_idle_handler_are_delivered_at_once()
    {
        Ready();

        Assert.True(Receive("abc"));

        Assert.Equal("abc", Delivered());
        Assert.Equal((3, 3, 0), (_read.ReceivedBytes, _read.DeliveredOffset, _read.UnreadBytes));
    }

    [Fact]
    public void Bytes_for_a_busy_handler_are_buffered_and_delivered_after_its_acknowledgement()
    {
        Ready();
        Receive("abc");
        Delivered();

        Assert.False(Receive("de"));
        Assert.Equal(ReadResult.Done, _read.DeliverBuffered());
        Assert.Empty(_handlerRef.Messages);
        Assert.Equal(AckResult.BytesProcessed, _delivery.Acknowledge(0));
        _read.DeliverBuffered();

        Assert.Equal("de", Delivered());
    }

    [Fact]
    public void Phase_that_allows_no_delivery_buffers_the_bytes()
    {
        Ready();

        Assert.False(_read.Accept(Incoming("abc"), phaseAllows: false));

        Assert.Empty(_handlerRef.Messages);
        Assert.Equal(3, _read.WaitingBytes);
        Assert.Equal("abc", Encoding.UTF8.GetString(_read.TakeUnread()));
    }

    [Fact]
    public void Buffer_is_full_at_its_limit()
    {
        Receive("123456789");
        Assert.False(_read.IsFull);

        Receive("0");

        Assert.True(_read.IsFull);
        _read.Close();
    }

    [Fact]
    public void Channel_reads_only_when_no_pause_reason_is_left()
    {
        Assert.False(_read.Pause(ReadPauseReasons.Suspended));
        Assert.False(_read.Resume(ReadPauseReasons.NoHandler));
        Assert.False(_channel.IsReading);

        Assert.True(_read.Resume(ReadPauseReasons.Suspended));
        Assert.True(_channel.IsReading);

        Assert.True(_read.Pause(ReadPauseReasons.Flushing));
        Assert.False(_channel.IsReading);
    }

    [Fact]
    public void Suspended_handler_receives_nothing_until_it_resumes()
    {
        Ready();
        _read.Pause(ReadPauseReasons.Suspended);

        Assert.False(Receive("abc"));
        _read.DeliverBuffered();
        Assert.Empty(_handlerRef.Messages);

        _read.Resume(ReadPauseReasons.Suspended);
        _read.DeliverBuffered();
        Assert.Equal("abc", Delivered());
    }

    [Fact]
    public void Pull_mode_delivers_one_message_for_each_credit()
    {
        Ready();
        _read.IsPull = true;

        Assert.False(Receive("abc"));
        _read.DeliverBuffered();
        Assert.Empty(_handlerRef.Messages);

        _read.AddCredit();
        _read.DeliverBuffered();
        Assert.Equal("abc", Delivered());
        _delivery.Acknowledge(0);
        Assert.False(Receive("d"));
        _read.Close();
    }

    [Fact]
    public void Frames_are_delivered_one_by_one_with_their_offsets()
    {
        Ready();
        _read.Attach(new LineFraming(100).CreateDecoder());

        Receive("a\nb\nc");
        _read.DeliverBuffered();
        Assert.Equal("a", Delivered());
        _delivery.Acknowledge(0);
        _read.DeliverBuffered();

        Assert.Equal(2, _handlerRef.Messages.OfType<Received>().Single().Offset);
        Assert.Equal("b", Delivered());
        _delivery.Acknowledge(0);
        _read.DeliverBuffered();
        Assert.Equal((1, 4), (_read.IncompleteBytes, _read.DecoderOffset));
        _read.Close();
    }

    [Fact]
    public void Bytes_that_form_no_frame_end_the_delivery()
    {
        Ready();
        _read.Attach(new LineFraming(2).CreateDecoder());

        Receive("abcdef");

        Assert.Equal(ReadResult.BadFrame, _read.DeliverBuffered());
        Assert.NotNull(_read.FrameError);
        _read.Close();
    }

    [Fact]
    public void Dropped_bytes_are_counted_and_not_delivered()
    {
        Ready();
        Receive("abc");
        Delivered();
        Receive("de");

        _read.Drop();
        Assert.Equal(StreamState.Dropping, _read.State);
        Assert.True(Receive("f"));

        Assert.Equal((6, 6, 0), (_read.ReceivedBytes, _read.DeliveredOffset, _read.UnreadBytes));
        _read.OnEndOfStream();
        Assert.Equal(StreamState.EndedAndDropped, _read.State);
        Assert.Empty(_handlerRef.Messages);
    }

    [Fact]
    public void Dropping_ignores_the_pause_reasons_of_the_handler()
    {
        _read.Resume(ReadPauseReasons.NoHandler);
        _read.Drop();

        Assert.False(_read.Pause(ReadPauseReasons.Suspended | ReadPauseReasons.ReadAhead | ReadPauseReasons.Answers));

        Assert.True(_channel.IsReading);
    }

    [Fact]
    public void Stream_that_ended_may_still_be_dropped()
    {
        _read.OnEndOfStream();
        Assert.True(_read.HasEnded);

        _read.Drop();

        Assert.Equal(StreamState.EndedAndDropped, _read.State);
    }

    private static Received Incoming(string text) => Received.Incoming(SlabSlice.CopyOf(Encoding.UTF8.GetBytes(text)));

    private void Ready()
    {
        _delivery.OnReady();
        _read.Resume(ReadPauseReasons.NoHandler);
    }

    private bool Receive(string text)
    {
        _read.Count(text.Length);
        return _read.Accept(Incoming(text), phaseAllows: true);
    }

    private string Delivered()
    {
        var received = (Received)Assert.Single(_handlerRef.Take());
        received.BeginProcessing();
        var text = Encoding.UTF8.GetString(received.Span);
        received.Release();
        return text;
    }
}
