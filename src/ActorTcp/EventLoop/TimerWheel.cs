using System.Numerics;

namespace ActorTcp.EventLoop;

/// <summary>
/// A loop's timers: a hashed wheel, so that scheduling and cancelling cost the same however many there are. A timer is
/// due within a tick behind its time, never before. One that lies further ahead than a turn of the wheel is looked
/// at once a turn.
/// </summary>
internal sealed class TimerWheel
{
    /// <summary>Milliseconds.</summary>
    public const int Tick = 8;

    private const int Slots = 512;

    private readonly LoopTimer?[] _slots = new LoopTimer?[Slots];
    private readonly ulong[] _occupied = new ulong[Slots / 64];
    private long _currentTick;

    /// <summary>How many timers are scheduled.</summary>
    public int Count { get; private set; }

    /// <summary>Schedules a timer; one that is scheduled already is moved.</summary>
    /// <param name="timer">The timer.</param>
    /// <param name="now">Milliseconds of the loop's clock.</param>
    /// <param name="delay">Milliseconds from now, 0 or more.</param>
    public void Schedule(LoopTimer timer, long now, long delay)
    {
        Debug.Assert(delay >= 0, "a timer is not due in the past");
        Cancel(timer);
        if (Count == 0)
        {
            _currentTick = now / Tick;
        }

        timer.DueTick = Math.Max((now + delay + Tick - 1) / Tick, _currentTick + 1);
        timer.Wheel = this;
        Count++;
        Link(timer);
    }

    /// <summary>Takes a timer away; one that is not scheduled is left alone.</summary>
    public void Cancel(LoopTimer timer)
    {
        if (timer.Wheel is null)
        {
            return;
        }

        Debug.Assert(ReferenceEquals(timer.Wheel, this), "a timer is on one wheel");
        Unlink(timer);
        timer.Wheel = null;
        Count--;
    }

    /// <summary>How long the loop may sleep, in milliseconds; -1 for ever.</summary>
    public int NextTimeout(long now)
    {
        if (Count == 0)
        {
            return -1;
        }

        var from = _currentTick + 1;
        for (var ahead = 0; ahead < Slots;)
        {
            var slot = (int)((from + ahead) % Slots);
            var word = _occupied[slot / 64] >> (slot % 64);
            if (word != 0)
            {
                var tick = from + ahead + BitOperations.TrailingZeroCount(word);
                return (int)Math.Max(0, (tick * Tick) - now);
            }

            ahead += 64 - (slot % 64);
        }

        throw new UnreachableException("a timer is in some slot");
    }

    /// <summary>Calls the timers that are due. One that throws does not cost the others their call.</summary>
    /// <param name="now">Milliseconds of the loop's clock.</param>
    /// <param name="onFault">Called with a timer that threw, and what it threw.</param>
    public void Advance(long now, Action<object, Exception> onFault)
    {
        var tick = now / Tick;
        if (Count == 0 || tick <= _currentTick)
        {
            return;
        }

        // Each slot needs one visit, however long the loop has slept.
        var from = Math.Max(_currentTick + 1, tick - Slots + 1);
        _currentTick = tick;
        for (var visited = from; visited <= tick && Count > 0; visited++)
        {
            Visit((int)(visited % Slots), tick, onFault);
        }
    }

    private void Visit(int slot, long tick, Action<object, Exception> onFault)
    {
        // From the start again behind each call, which may cancel others and schedule into this slot: what it schedules
        // is due later than this tick.
        for (var timer = _slots[slot]; timer is not null;)
        {
            if (timer.DueTick <= tick)
            {
                Cancel(timer);
                try
                {
                    timer.OnDue();
                }
                catch (Exception failure)
                {
                    onFault(timer, failure);
                }

                timer = _slots[slot];
            }
            else
            {
                timer = timer.Next;
            }
        }
    }

    private void Link(LoopTimer timer)
    {
        var slot = (int)(timer.DueTick % Slots);
        timer.Previous = null;
        timer.Next = _slots[slot];
        if (timer.Next is not null)
        {
            timer.Next.Previous = timer;
        }

        _slots[slot] = timer;
        _occupied[slot / 64] |= 1UL << (slot % 64);
    }

    private void Unlink(LoopTimer timer)
    {
        var slot = (int)(timer.DueTick % Slots);
        if (timer.Previous is null)
        {
            _slots[slot] = timer.Next;
            if (timer.Next is null)
            {
                _occupied[slot / 64] &= ~(1UL << (slot % 64));
            }
        }
        else
        {
            timer.Previous.Next = timer.Next;
        }

        if (timer.Next is not null)
        {
            timer.Next.Previous = timer.Previous;
        }

        timer.Next = null;
        timer.Previous = null;
    }
}

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
