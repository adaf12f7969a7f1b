namespace ActorTcp.EventLoop;

/// <summary>
/// A first-in first-out queue that one loop's thread consumes. Items from that thread go into a plain ring;
/// items from elsewhere onto a lock-free stack, which the loop's thread turns round into the ring. An item added on
/// the loop's thread first takes in what was pushed before, so whoever sends from both kinds of thread keeps its order.
/// A mutable struct, to be a field and never copied.
/// </summary>
/// <typeparam name="T">The item.</typeparam>
internal struct LoopQueue<T>
{
    private const int FirstCapacity = 2;

    /// <summary>A ring that grew past this many items in a burst is given back when it is empty.</summary>
    private const int KeptCapacity = 1024;

    private Slot[]? _ring;
    private int _head;
    private int _count;
    private Pushed? _pushed;

    /// <summary>Whether there is nothing, as far as can be seen from any thread.</summary>
    public readonly bool IsEmpty => Volatile.Read(in _count) == 0 && Volatile.Read(in _pushed) is null;

    /// <summary>How many items there are; exact only on the loop's thread while nobody pushes.</summary>
    public readonly int Count
    {
        get
        {
            var count = Volatile.Read(in _count);
            for (var pushed = Volatile.Read(in _pushed); pushed is not null; pushed = pushed.Next)
            {
                count++;
            }

            return count;
        }
    }

    /// <summary>Adds an item on the loop's own thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EnqueueLocal(T item)
    {
        if (Volatile.Read(in _pushed) is not null)
        {
            TakeIn();
        }

        Append(item);
    }

    /// <summary>Adds an item ahead of all others, on the loop's own thread.</summary>
    public void EnqueueFirstLocal(T item)
    {
        TakeIn();
        var ring = _count == Capacity ? Grow() : _ring!;
        _head = (_head - 1) & (ring.Length - 1);
        ring[_head].Item = item;
        _count++;
    }

    /// <summary>Adds an item from any thread. A full fence: the loop's state may be read behind it.</summary>
    public void Push(T item)
    {
        var pushed = new Pushed(item);
        var seen = Volatile.Read(in _pushed);
        while (true)
        {
            pushed.Next = seen;
            var found = Interlocked.CompareExchange(ref _pushed, pushed, seen);
            if (ReferenceEquals(found, seen))
            {
                return;
            }

            seen = found;
        }
    }

    /// <summary>Takes the oldest item, on the loop's own thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryDequeue(out T item)
    {
        if (_count == 0)
        {
            if (Volatile.Read(in _pushed) is null)
            {
                item = default!;
                return false;
            }

            TakeIn();
        }

        var ring = _ring!;
        ref var slot = ref ring[_head];
        item = slot.Item;
        slot = default;
        _head = (_head + 1) & (ring.Length - 1);
        if (--_count == 0 && ring.Length > KeptCapacity)
        {
            _ring = null;
            _head = 0;
        }

        return true;
    }

    private readonly int Capacity => _ring is null ? 0 : _ring.Length;

    private void Append(T item)
    {
        var ring = _count == Capacity ? Grow() : _ring!;
        ring[(_head + _count) & (ring.Length - 1)].Item = item;
        _count++;
    }

    private void TakeIn()
    {
        var pushed = Interlocked.Exchange(ref _pushed, null);
        Pushed? oldestFirst = null;
        while (pushed is not null)
        {
            var next = pushed.Next;
            pushed.Next = oldestFirst;
            oldestFirst = pushed;
            pushed = next;
        }

        for (; oldestFirst is not null; oldestFirst = oldestFirst.Next)
        {
            Append(oldestFirst.Item);
        }
    }

    private Slot[] Grow()
    {
        var old = _ring;
        var ring = new Slot[Math.Max(FirstCapacity, Capacity * 2)];
        Debug.Assert((ring.Length & (ring.Length - 1)) == 0, "the ring's index mask needs a power of two");
        if (old is not null)
        {
            var first = Math.Min(_count, old.Length - _head);
            Array.Copy(old, _head, ring, 0, first);
            Array.Copy(old, 0, ring, first, _count - first);
        }

        _ring = ring;
        _head = 0;
        return ring;
    }

    /// <summary>Spares stores into the ring the check of the array's type.</summary>
    private struct Slot
    {
        public T Item;
    }

    private sealed class Pushed(T item)
    {
        public readonly T Item = item;
        public Pushed? Next;
    }
}

/// <summary>Work that a <see cref="PollLoop"/> runs in each turn beside its descriptors: the run queue of an executor.</summary>
internal interface ILoopWork
{
    /// <summary>Whether something is queued, as far as can be seen from any thread.</summary>
    bool IsEmpty { get; }

    /// <summary>How much is queued, about. From any thread.</summary>
    int Count { get; }

    /// <summary>What is being run at the moment, for people; null where nothing is. From any thread.</summary>
    string? Running { get; }

    /// <summary>Runs what is queued, on the loop's thread, until a limit is reached. An item that throws does not cost the others their run.</summary>
    /// <param name="budget">The most items.</param>
    /// <param name="limit">The time after which no further item is begun. It is looked at every few items.</param>
    /// <param name="onFault">Called with an item that threw, and what it threw.</param>
    void Run(int budget, TimeSpan limit, Action<object, Exception> onFault);
}

/// <summary>Whoever asked to be called at the end of a turn, behind all readiness and all mailboxes of it.</summary>
internal interface IEndOfTurn
{
    /// <summary>The turn ends. Called once per <see cref="PollLoop.RunAtEndOfTurn"/>, on the loop's thread. Must not throw.</summary>
    void OnEndOfTurn();
}
