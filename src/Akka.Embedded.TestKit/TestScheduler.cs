using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>A scheduler whose time stands still until a test advances it; what is due then runs on the test's thread.</summary>
public class TestScheduler : IScheduler, IAdvancedScheduler
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<Item, (DateTimeOffset Due, long Number)> _items = new();
    private long _lastNumber;

    public TestScheduler(Config schedulerConfig, ILoggingAdapter log) { }

    public DateTimeOffset Now { get; private set; } = DateTimeOffset.UtcNow;

    public TimeSpan MonotonicClock => TimeSpan.FromMilliseconds(Environment.TickCount64);

    public TimeSpan HighResMonotonicClock => System.Diagnostics.Stopwatch.GetElapsedTime(0);

    public IAdvancedScheduler Advanced => this;

    protected DateTimeOffset TimeNow => Now;

    /// <summary>Advances the time at once, and runs what has become due. What repeats runs once, and is due again one interval later.</summary>
    public void Advance(TimeSpan offset)
    {
        foreach (var item in TakeDue(offset))
        {
            if (item.Cancelable?.IsCancellationRequested == true)
                continue;
            item.Run();
            if (item.Interval is { } interval && item.Cancelable?.IsCancellationRequested != true)
                Add(interval, item);
        }
    }

    public void AdvanceTo(DateTimeOffset when)
    {
        if (when < Now)
            throw new InvalidOperationException($"The time cannot go back from {Now} to {when}.");
        Advance(when - Now);
    }

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender) =>
        ScheduleTellOnce(delay, receiver, message, sender, null);

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        Add(delay, new Item(() => receiver.Tell(message, sender), null, cancelable));

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender) =>
        ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, null);

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        Add(initialDelay, new Item(() => receiver.Tell(message, sender), interval, cancelable));

    public void ScheduleOnce(TimeSpan delay, Action action) => ScheduleOnce(delay, action, null);

    public void ScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable) => Add(delay, new Item(action, null, cancelable));

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action) =>
        ScheduleRepeatedly(initialDelay, interval, action, null);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        Add(initialDelay, new Item(action, interval, cancelable));

    public void ScheduleOnce(TimeSpan delay, IRunnable action) => ScheduleOnce(delay, action.Run, null);

    public void ScheduleOnce(TimeSpan delay, IRunnable action, ICancelable? cancelable) => ScheduleOnce(delay, action.Run, cancelable);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action) =>
        ScheduleRepeatedly(initialDelay, interval, action.Run, null);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable? cancelable) =>
        ScheduleRepeatedly(initialDelay, interval, action.Run, cancelable);

    private void Add(TimeSpan delay, Item item)
    {
        lock (_lock)
            _items.Enqueue(item, (Now + delay, _lastNumber++));
    }

    private List<Item> TakeDue(TimeSpan offset)
    {
        var due = new List<Item>();
        lock (_lock)
        {
            Now += offset;
            while (_items.TryPeek(out var item, out var at) && at.Due <= Now)
            {
                _items.Dequeue();
                due.Add(item);
            }
        }

        return due;
    }

    private sealed record Item(Action Run, TimeSpan? Interval, ICancelable? Cancelable);
}
