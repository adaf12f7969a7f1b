namespace Akka.Actor;

/// <summary>
/// Timers of an actor by their keys. A message of a timer that was cancelled or replaced is not delivered, even if it
/// was in the mailbox already; nor is one of a former incarnation.
/// </summary>
public interface ITimerScheduler
{
    IReadOnlyCollection<object> ActiveTimers { get; }

    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);

    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    bool IsTimerActive(object key);

    void Cancel(object key);

    void CancelAll();
}
