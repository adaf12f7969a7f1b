namespace ActorTcp.EventLoop;

/// <summary>
/// A first-in first-out queue that one loop's thread consumes. Items from that thread go into a plain ring. Items from other
/// threads go onto a lock-free stack, whose items the loop's thread moves to the ring, oldest first. Before the loop's thread adds an
/// item, it moves the items that were pushed earlier. So a sender that uses both kinds of thread keeps its order.
/// A mutable struct: use it as a field and never copy it.
/// </summary>
/// <typeparam name="T">The item.</typeparam>
internal struct LoopQueue<T>
{
    private const int FirstCapacity = 2;

    /// <summary>A ring that has grown past this number of items is released when it is empty.</summary>
    private const int KeptCapacity = 1024;

    private Slot[]? _ring;
    private int _head;
    private int _count;
    private Pushed? _pushed;

    /// <summary>Whether the queue is empty, as far as the calling thread can see. From any thread.</summary>
    public readonly bool IsEmpty => Volatile.Read(in _count) == 0 && Volatile.Read(in _pushed) is null;

    /// <summary>The number of items. Exact only on the loop's thread and while no other thread pushes.</summary>
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

    /// <summary>Adds an item. On the loop's thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EnqueueLocal(T item)
    {
        if (Volatile.Read(in _pushed) is not null)
        {
            MovePushed();
        }

        Append(item);
    }

    /// <summary>Adds an item before all others. On the loop's thread.</summary>
    public void EnqueueFirstLocal(T item)
    {
        MovePushed();
        var ring = _count == Capacity ? Grow() : _ring!;
        _head = (_head - 1) & (ring.Length - 1);
        ring[_head].Item = item;
        _count++;
    }

    /// <summary>Adds an item from any thread. A full fence: the caller may read the loop's state after it.</summary>
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

    /// <summary>Takes the oldest item. On the loop's thread.</summary>
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

            MovePushed();
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

    private void MovePushed()
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

    /// <summary>A struct around the item, so that a store into the ring does not check the array's type.</summary>
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
