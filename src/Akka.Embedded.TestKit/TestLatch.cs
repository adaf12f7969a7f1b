namespace Akka.TestKit;

/// <summary>A gate that opens after a number of count downs.</summary>
public class TestLatch
{
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(5);

    private readonly CountdownEvent _latch;
    private readonly TimeSpan _defaultTimeout;
    private readonly Func<TimeSpan, TimeSpan> _dilate;

    public TestLatch()
        : this(1) { }

    public TestLatch(int count)
        : this(count, Default) { }

    public TestLatch(int count, TimeSpan defaultTimeout)
        : this(timeout => timeout, defaultTimeout, count) { }

    protected internal TestLatch(Func<TimeSpan, TimeSpan> dilate, TimeSpan defaultTimeout, int count)
    {
        _latch = new CountdownEvent(count);
        _defaultTimeout = defaultTimeout;
        _dilate = dilate;
    }

    public bool IsOpen => _latch.IsSet;

    public void CountDown() => _latch.Signal();

    public void Open()
    {
        while (!IsOpen)
            CountDown();
    }

    public void Reset() => _latch.Reset();

    public void Ready() => Ready(_defaultTimeout);

    /// <summary>Blocks until the latch is open; throws a TimeoutException after <paramref name="timeout"/>.</summary>
    public void Ready(TimeSpan timeout)
    {
        if (timeout == TimeSpan.MaxValue)
            throw new ArgumentException("A latch cannot be waited for without a limit.", nameof(timeout));
        var limit = _dilate(timeout);
        if (!_latch.Wait(limit))
            throw new TimeoutException($"The latch did not open within {limit}; {_latch.CurrentCount} of {_latch.InitialCount} are left to count down.");
    }
}
