using Akka.Actor;

namespace ActorTcp.Listeners;

/// <summary>
/// A drain of the connections of one actor: they may finish until a deadline, then they are closed, and aborted when the time to flush is over. Of several
/// requests the earliest deadline counts, and each is answered. Used by that actor only.
/// </summary>
/// <param name="startTimer">Starts the actor's timer, or moves it. When it is due the actor calls <see cref="OnTimer"/>.</param>
/// <param name="cancelTimer">Cancels the timer.</param>
/// <param name="flushTimeout">The time between Close and Abort.</param>
internal sealed class Drain(Action<TimeSpan> startTimer, Action cancelTimer, TimeSpan flushTimeout)
{
    private readonly List<IActorRef> _askers = [];
    private long _due = long.MaxValue;
    private int _finished;
    private int _closed;
    private int _aborted;

    public DrainPhase Phase { get; private set; } = DrainPhase.None;

    public bool HasBegun => Phase != DrainPhase.None;

    /// <summary>Whether the connections were told to end.</summary>
    public bool IsClosing => Phase is DrainPhase.Closing or DrainPhase.Aborting;

    /// <summary>The answer to a request, as far as the drain is.</summary>
    public ListenerProtocol.Drained Result => new(_finished, _closed, _aborted);

    /// <summary>A request begins the drain, or shortens it.</summary>
    /// <param name="deadline">How long the connections may take to finish.</param>
    /// <param name="asker">The actor that <see cref="Complete"/> answers.</param>
    /// <param name="now">The time, in milliseconds of the loop's clock.</param>
    /// <returns>A command for each connection; null if there is none now.</returns>
    public object? Request(TimeSpan deadline, IActorRef asker, long now)
    {
        _askers.Add(asker);
        if (Phase == DrainPhase.None)
        {
            Phase = DrainPhase.Draining;
        }

        var due = now + (long)Math.Clamp(deadline.TotalMilliseconds, 0, int.MaxValue);
        if (Phase != DrainPhase.Draining || due >= _due)
        {
            return null;
        }

        _due = due;
        if (deadline <= TimeSpan.Zero)
        {
            return OnTimer();
        }

        startTimer(deadline);
        return null;
    }

    /// <summary>The time of the phase is over. Returns a command for each connection; null if there is none.</summary>
    public object? OnTimer()
    {
        switch (Phase)
        {
            case DrainPhase.Draining:
                Phase = DrainPhase.Closing;
                startTimer(flushTimeout);
                return ConnectionProtocol.Close.Instance;
            case DrainPhase.Closing:
                Phase = DrainPhase.Aborting;
                return ConnectionProtocol.Abort.Instance;
            default:
                return null;
        }
    }

    /// <summary>Counts a connection that has ended.</summary>
    public void OnConnectionEnded()
    {
        switch (Phase)
        {
            case DrainPhase.Draining:
                _finished++;
                break;
            case DrainPhase.Closing:
                _closed++;
                break;
            case DrainPhase.Aborting:
                _aborted++;
                break;
        }
    }

    /// <summary>No connection is left: answers all requests.</summary>
    public void Complete(IActorRef sender)
    {
        cancelTimer();
        foreach (var asker in _askers)
        {
            asker.Tell(Result, sender);
        }

        _askers.Clear();
    }
}

/// <summary>
/// How far a drain is. It is complete, in any phase, when the last connection has ended.
/// <code>
/// None ──Drain──▶ Draining ──the deadline is over──▶ Closing ──the time to flush is over──▶ Aborting
/// </code>
/// </summary>
internal enum DrainPhase
{
    /// <summary>No actor has asked for a drain.</summary>
    None,
    /// <summary>The connections may finish until the deadline.</summary>
    Draining,
    /// <summary>The connections that are left have received Close.</summary>
    Closing,
    /// <summary>The connections that are left have received Abort.</summary>
    Aborting,
}
