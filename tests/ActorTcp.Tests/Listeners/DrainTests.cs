namespace ActorTcp.Tests.Listeners;

public sealed class DrainTests
{
    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(7);

    private readonly List<TimeSpan?> _timers = [];
    private readonly RecordingRef _first = new("first");
    private readonly RecordingRef _second = new("second");
    private readonly Drain _drain;

    public DrainTests() => _drain = new Drain(delay => _timers.Add(delay), () => _timers.Add(null), FlushTime);

    [Fact]
    public void Drain_closes_at_the_deadline_and_aborts_after_the_time_to_flush()
    {
        Assert.Null(_drain.Request(TimeSpan.FromSeconds(5), _first, 0));
        _drain.OnConnectionEnded();

        Assert.IsType<ConnectionProtocol.Close>(_drain.OnTimer());
        Assert.True(_drain.IsClosing);
        _drain.OnConnectionEnded();
        Assert.IsType<ConnectionProtocol.Abort>(_drain.OnTimer());
        _drain.OnConnectionEnded();
        Assert.Null(_drain.OnTimer());

        Assert.Equal([TimeSpan.FromSeconds(5), FlushTime], _timers);
        Assert.Equal(new ListenerProtocol.Drained(1, 1, 1), _drain.Result);
    }

    [Fact]
    public void Earlier_deadline_of_a_second_request_counts()
    {
        _drain.Request(TimeSpan.FromSeconds(5), _first, 0);
        _drain.Request(TimeSpan.FromSeconds(5), _second, 1000);
        _drain.Request(TimeSpan.FromSeconds(3), _second, 1000);

        Assert.Equal([TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(3)], _timers);
    }

    [Fact]
    public void Deadline_of_zero_closes_at_once()
    {
        _drain.Request(TimeSpan.FromSeconds(5), _first, 0);

        Assert.IsType<ConnectionProtocol.Close>(_drain.Request(TimeSpan.Zero, _second, 0));

        Assert.Equal(DrainPhase.Closing, _drain.Phase);
    }

    [Fact]
    public void Each_request_is_answered_once()
    {
        _drain.Request(TimeSpan.FromSeconds(5), _first, 0);
        _drain.Request(TimeSpan.FromSeconds(5), _second, 0);

        _drain.Complete(ActorRefs.Nobody);
        _drain.Complete(ActorRefs.Nobody);

        Assert.Single(_first.Messages);
        Assert.Single(_second.Messages);
    }
}
