using Akka.Actor;

namespace ActorTcp.Listeners;

/// <summary>
/// A drain of the connections of one actor. They have until a deadline to finish, then they are closed, and aborted after the flush time-out.
/// </summary>
/// <remarks>If there are several requests, the earliest deadline counts, and each request is answered. Used by that actor only.</remarks>
/// <param name="startTimer">Starts the actor's timer, or changes its time. When it is due, the actor calls <see cref="OnTimer"/>.</param>
/// <param name="cancelTimer">Cancels the timer.</param>
/// <param name="flushTimeout">The time between Close and Abort.</param>
internal sealed class Drain(Action<TimeSpan> startTimer, Action cancelTimer, TimeSpan flushTimeout)
{
    private readonly List<IActorRef> _requesters = [];
    private long _due = long.MaxValue;
    private int _finished;
    private int _closed;
    private int _aborted;

    public DrainPhase Phase { get; private set; } = DrainPhase.None;

    public bool HasBegun => Phase != DrainPhase.None;

    /// <summary>Whether the connections have received Close or Abort.</summary>
    public bool IsClosing => Phase is DrainPhase.Closing or DrainPhase.Aborting;

    /// <summary>The answer to a request, with the numbers of connections that have ended so far.</summary>
    public ListenerProtocol.Drained Result => new(_finished, _closed, _aborted);

    /// <summary>Starts the drain, or shortens its deadline.</summary>
    /// <param name="deadline">The time that the connections have to finish.</param>
    /// <param name="requester">The actor that <see cref="Complete"/> answers.</param>
    /// <param name="now">The time of the loop's clock in milliseconds.</param>
    /// <returns>A command that the actor sends to each connection; null if there is none now.</returns>
    public object? Request(TimeSpan deadline, IActorRef requester, long now)
    {
        _requesters.Add(requester);
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

    /// <summary>
    /// Goes to the next phase, because the time of the current one is over. Returns a command that the actor sends to each connection; null if there is
    /// none.
    /// </summary>
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

    /// <summary>Answers all requests, because no connection is left.</summary>
    public void Complete(IActorRef sender)
    {
        cancelTimer();
        foreach (var requester in _requesters)
        {
            requester.Tell(Result, sender);
        }

        _requesters.Clear();
    }
}

/// <summary>
/// The phase of a drain. In any phase, the drain is complete when the last connection has ended.
/// <code>
/// None ──Drain──▶ Draining ──deadline──▶ Closing ──flush time-out──▶ Aborting
/// </code>
/// </summary>
internal enum DrainPhase
{
    /// <summary>There was no request.</summary>
    None,
    /// <summary>The connections have until the deadline to finish.</summary>
    Draining,
    /// <summary>The remaining connections have received Close.</summary>
    Closing,
    /// <summary>The remaining connections have received Abort.</summary>
    Aborting,
}
