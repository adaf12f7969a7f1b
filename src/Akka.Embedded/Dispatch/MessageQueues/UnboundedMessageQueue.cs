using System.Runtime.CompilerServices;
using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>
/// Two slots, which are enough for most actors at most times, and a chain of rings for what comes on top, which is
/// given back when it is empty. Producers take turns by a lock word; the consumer needs none but to give rings back.
/// While there are rings nothing is added to the slots, so what is there is older.
/// </summary>
public class UnboundedMessageQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    private const int FirstRing = 8;
    private const int LargestRing = 4096;

    private Slots _slots;
    private Ring? _reading;
    private Ring? _writing;
    private int _head;
    private int _tail;
    private int _locked;

    // Who holds the lock is about to have enqueued. It was taken by a full fence, which is what the mailbox relies on.
    // An empty ring counts, so that the mailbox comes once more and gives it back.
    public bool HasMessages => Volatile.Read(ref _locked) != 0 || _head != Volatile.Read(ref _tail) || Volatile.Read(ref _reading) is not null;

    public int Count
    {
        get
        {
            var count = Volatile.Read(ref _tail) - Volatile.Read(ref _head);
            for (var ring = Volatile.Read(ref _reading); ring is not null; ring = Volatile.Read(ref ring.Next))
                count += ring.Count;
            return count;
        }
    }

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        if (Interlocked.CompareExchange(ref _locked, 1, 0) != 0)
            SpinForLock();
        if (_writing is null && _tail - Volatile.Read(ref _head) < Slots.Count)
        {
            _slots[_tail & (Slots.Count - 1)] = envelope;
            Volatile.Write(ref _tail, _tail + 1);
        }
        else
        {
            AddToRing(envelope);
        }

        Volatile.Write(ref _locked, 0);
    }

    public bool TryDequeue(out Envelope envelope)
    {
        if (_head == Volatile.Read(ref _tail))
            return TryDequeueFromRing(out envelope);
        ref var slot = ref _slots[_head & (Slots.Count - 1)];
        envelope = slot;
        slot = default;
        Volatile.Write(ref _head, _head + 1);
        return true;
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        // Waits for who holds the lock, and may not know yet that the mailbox is closed.
        var spin = default(SpinWait);
        while (HasMessages)
        {
            if (TryDequeue(out var envelope))
                deadletters.Enqueue(owner, envelope);
            else
                spin.SpinOnce();
        }
    }

    private bool TryDequeueFromRing(out Envelope envelope)
    {
        var ring = Volatile.Read(ref _reading);
        if (ring is null)
        {
            envelope = default;
            return false;
        }

        // The slots may have been filled between the look at them and the look at the ring.
        if (_head != Volatile.Read(ref _tail))
            return TryDequeue(out envelope);

        while (!ring.TryTake(out envelope))
        {
            // A ring with a successor gets no more messages; so if it is still empty now, it is done with.
            var next = Volatile.Read(ref ring.Next);
            if (next is null)
            {
                GiveBack(ring);
                return false;
            }

            if (ring.TryTake(out envelope))
                return true;
            _reading = ring = next;
        }

        return true;
    }

    private void AddToRing(Envelope envelope)
    {
        if (_writing is null)
        {
            _writing = new Ring(FirstRing);
            _writing.TryAdd(envelope);
            Volatile.Write(ref _reading, _writing);
        }
        else if (!_writing.TryAdd(envelope))
        {
            var next = new Ring(Math.Min(_writing.Capacity * 2, LargestRing));
            next.TryAdd(envelope);
            Volatile.Write(ref _writing.Next, next);
            _writing = next;
        }
    }

    private void GiveBack(Ring last)
    {
        // Where the lock is taken, a message is on its way.
        if (Interlocked.CompareExchange(ref _locked, 1, 0) != 0)
            return;
        if (last.Count == 0 && _writing == last)
            _reading = _writing = null;
        Volatile.Write(ref _locked, 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SpinForLock()
    {
        var spin = default(SpinWait);
        do
            spin.SpinOnce();
        while (Volatile.Read(ref _locked) != 0 || Interlocked.CompareExchange(ref _locked, 1, 0) != 0);
    }

    [InlineArray(Count)]
    private struct Slots
    {
        public const int Count = 2;

        private Envelope _first;
    }

    /// <summary>Added to by who holds the lock, taken from by the consumer. The counters run on; a slot's index is their low bits.</summary>
    private sealed class Ring(int capacity)
    {
        public Ring? Next;

        private readonly Envelope[] _slots = new Envelope[capacity];
        private int _head;
        private int _tail;

        public int Capacity => _slots.Length;

        public int Count => Volatile.Read(ref _tail) - Volatile.Read(ref _head);

        public bool TryAdd(Envelope envelope)
        {
            if (_tail - Volatile.Read(ref _head) == _slots.Length)
                return false;
            _slots[_tail & (_slots.Length - 1)] = envelope;
            Volatile.Write(ref _tail, _tail + 1);
            return true;
        }

        public bool TryTake(out Envelope envelope)
        {
            if (_head == Volatile.Read(ref _tail))
            {
                envelope = default;
                return false;
            }

            ref var slot = ref _slots[_head & (_slots.Length - 1)];
            envelope = slot;
            slot = default;
            Volatile.Write(ref _head, _head + 1);
            return true;
        }
    }
}
