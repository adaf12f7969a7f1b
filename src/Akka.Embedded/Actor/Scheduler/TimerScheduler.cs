namespace Akka.Actor.Scheduler;

/// <summary>The timers of one incarnation. Used on the actor's turn only.</summary>
internal sealed class TimerScheduler(ActorCell cell) : ITimerScheduler
{
    // The message that a timer sends is its identity: one that is not found here any more is not delivered.
    private readonly Dictionary<object, (TimerMessage Message, ICancelable Task)> _timers = [];

    public IReadOnlyCollection<object> ActiveTimers => _timers.Keys;

    private bool IsLogging => cell.System.Settings.DebugTimerScheduler;

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) => Start(key, msg, interval, interval);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) =>
        Start(key, msg, initialDelay, interval);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) => Start(key, msg, timeout, null);

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (!_timers.Remove(key, out var timer))
            return;
        if (IsLogging)
            Event.LoggingExtensions.Debug(cell.System.Log, "Cancel timer [{0}]", key);
        timer.Task.Cancel();
    }

    public void CancelAll()
    {
        if (IsLogging)
            Event.LoggingExtensions.Debug(cell.System.Log, "Cancel all timers");
        foreach (var (_, task) in _timers.Values)
            task.Cancel();
        _timers.Clear();
    }

    /// <summary>Whether a message that has come is one of a timer that still runs.</summary>
    public bool TryAccept(TimerMessage message)
    {
        if (!_timers.TryGetValue(message.Key, out var timer) || timer.Message != message)
        {
            if (IsLogging)
                Event.LoggingExtensions.Debug(cell.System.Log, "Received timer [{0}] that has been removed, discarding", message.Key);
            return false;
        }

        if (!message.Repeats)
            _timers.Remove(message.Key);
        return true;
    }

    private void Start(object key, object message, TimeSpan delay, TimeSpan? interval)
    {
        Cancel(key);
        var wrapped = message is INotInfluenceReceiveTimeout
            ? new SilentTimerMessage(key, message, interval.HasValue)
            : new TimerMessage(key, message, interval.HasValue);
        var scheduler = cell.System.Scheduler;
        var task = interval is { } repeat
            ? scheduler.ScheduleTellRepeatedlyCancelable(delay, repeat, cell.Self, wrapped, null)
            : scheduler.ScheduleTellOnceCancelable(delay, cell.Self, wrapped, null);
        _timers[key] = (wrapped, task);
        if (IsLogging)
            Event.LoggingExtensions.Debug(cell.System.Log, "Start timer [{0}]", key);
    }

    internal class TimerMessage(object key, object message, bool repeats)
        : IAutoReceivedMessage, IWrappedMessage, INoSerializationVerificationNeeded
    {
        public object Key { get; } = key;

        public object Message { get; } = message;

        public bool Repeats { get; } = repeats;

        public override string ToString() => $"TimerMsg(key={Key}, message={Message})";
    }

    private sealed class SilentTimerMessage(object key, object message, bool repeats)
        : TimerMessage(key, message, repeats), INotInfluenceReceiveTimeout;
}
