namespace ActorTcp.Polling;

/// <summary>A timer on a <see cref="TimerWheel"/>; its own node, so that scheduling it allocates nothing. Used on the loop's thread.</summary>
internal abstract class LoopTimer
{
    /// <summary>The tick at which it is due, while it is scheduled.</summary>
    internal long DueTick { get; set; }

    internal LoopTimer? Next { get; set; }

    internal LoopTimer? Previous { get; set; }

    internal TimerWheel? Wheel { get; set; }

    /// <summary>Whether it is scheduled.</summary>
    public bool IsScheduled => Wheel is not null;

    /// <summary>It is due, and scheduled no more. Must not throw.</summary>
    public abstract void OnDue();
}
