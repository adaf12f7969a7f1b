using System.Numerics;

namespace ActorTcp.EventLoop;

/// <summary>
/// The timers of a loop or a dispatcher: a hashed wheel, so that the cost of scheduling and cancelling does not depend on the number of timers. A timer is
/// due within one tick after its time, never before. A timer whose time is more than one revolution of the wheel away is visited once per revolution.
/// </summary>
internal sealed class TimerWheel
{
    /// <summary>The length of a tick in milliseconds.</summary>
    public const int Tick = 8;

    private const int Slots = 512;

    private readonly LoopTimer?[] _slots = new LoopTimer?[Slots];
    private readonly ulong[] _occupied = new ulong[Slots / 64];
    private long _currentTick;

    /// <summary>The number of scheduled timers.</summary>
    public int Count { get; private set; }

    /// <summary>Schedules a timer, or moves it if it is scheduled already.</summary>
    /// <param name="timer">The timer.</param>
    /// <param name="now">The clock of the wheel's owner, in milliseconds.</param>
    /// <param name="delay">The time from now in milliseconds, 0 or more.</param>
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

    /// <summary>Removes a timer. Does nothing if it is not scheduled.</summary>
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

    /// <summary>The time for which the owner may sleep, in milliseconds; -1 if no timer is scheduled.</summary>
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

    /// <summary>The time at which the first timer is due, in milliseconds of the owner's clock. At least one timer is scheduled. Visits all of them.</summary>
    public long FirstDue()
    {
        Debug.Assert(Count > 0, "a timer is scheduled");
        var first = long.MaxValue;
        foreach (var slot in _slots)
        {
            for (var timer = slot; timer is not null; timer = timer.Next)
            {
                first = Math.Min(first, timer.DueTick * Tick);
            }
        }

        return first;
    }

    /// <summary>Calls the timers that are due. One that throws does not keep the others from being called.</summary>
    /// <param name="now">The clock of the wheel's owner, in milliseconds.</param>
    /// <param name="onFault">Called with a timer that threw, and its exception.</param>
    public void Advance(long now, Action<object, Exception> onFault)
    {
        var tick = now / Tick;
        if (Count == 0 || tick <= _currentTick)
        {
            return;
        }

        // Each slot needs one visit, even after a long sleep.
        var from = Math.Max(_currentTick + 1, tick - Slots + 1);
        _currentTick = tick;
        for (var visited = from; visited <= tick && Count > 0; visited++)
        {
            Visit((int)(visited % Slots), tick, onFault);
        }
    }

    private void Visit(int slot, long tick, Action<object, Exception> onFault)
    {
        // Each call may cancel timers and schedule into this slot, so the visit starts again after it. A timer that the call schedules
        // is due in a later tick.
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

/// <summary>A timer on a <see cref="TimerWheel"/>. It is its own list node, so scheduling allocates nothing. On the thread of the wheel's owner.</summary>
internal abstract class LoopTimer
{
    /// <summary>The tick in which a scheduled timer is due.</summary>
    internal long DueTick { get; set; }

    internal LoopTimer? Next { get; set; }

    internal LoopTimer? Previous { get; set; }

    internal TimerWheel? Wheel { get; set; }

    /// <summary>Whether the timer is scheduled.</summary>
    public bool IsScheduled => Wheel is not null;

    /// <summary>The timer is due and no longer scheduled. Must not throw.</summary>
    public abstract void OnDue();
}
