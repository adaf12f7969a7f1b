using System.Runtime.CompilerServices;
using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>
/// A chain of rings. Producers take turns by a lock word, the consumer needs none; a ring that is full gets a larger
/// successor, and the consumer moves on to it when the ring is empty. Nothing is allocated before the first message,
/// and nothing afterwards while no more messages wait than ever did.
/// </summary>
public class UnboundedMessageQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    private const int FirstCapacity = 4;
    private const int LargestKept = 4096;

    private Ring? _writing;
    private Ring? _reading;
    private int _locked;

    public bool HasMessages
    {
        get
        {
            // Who holds the lock is about to have enqueued. It was taken by a full fence, which is what the mailbox relies on.
            if (Volatile.Read(ref _locked) != 0)
                return true;
            var ring = Volatile.Read(ref _reading);
            return ring is not null && (ring.Head != Volatile.Read(ref ring.Tail) || Volatile.Read(ref ring.Next) is not null);
        }
    }

    public int Count
    {
        get
        {
            var count = 0;
            for (var ring = Volatile.Read(ref _reading); ring is not null; ring = Volatile.Read(ref ring.Next))
                count += Volatile.Read(ref ring.Tail) - Volatile.Read(ref ring.Head);
            return count;
        }
    }

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        if (Interlocked.CompareExchange(ref _locked, 1, 0) != 0)
            SpinForLock();

        var ring = _writing;
        if (ring is null || ring.Tail - Volatile.Read(ref ring.Head) == ring.Slots.Length)
            ring = AddRing(ring);
        ring.Slots[ring.Tail & (ring.Slots.Length - 1)] = envelope;
        Volatile.Write(ref ring.Tail, ring.Tail + 1);
        Volatile.Write(ref _locked, 0);
    }

    public bool TryDequeue(out Envelope envelope)
    {
        var ring = Volatile.Read(ref _reading);
        while (ring is not null)
        {
            if (ring.Head != Volatile.Read(ref ring.Tail))
            {
                ref var slot = ref ring.Slots[ring.Head & (ring.Slots.Length - 1)];
                envelope = slot;
                slot = default;
                Volatile.Write(ref ring.Head, ring.Head + 1);
                return true;
            }

            // A ring with a successor gets no more messages; so if it is still empty now, it is done with.
            var next = Volatile.Read(ref ring.Next);
            if (next is null)
                break;
            if (ring.Head == Volatile.Read(ref ring.Tail))
            {
                _reading = next;
                ring = next;
            }
        }

        envelope = default;
        return false;
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out var envelope))
            deadletters.Enqueue(owner, envelope);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Ring AddRing(Ring? full)
    {
        // A very large ring would stay for ever; its successor starts small again and grows as needed.
        var capacity = full is null ? FirstCapacity : Math.Min(full.Slots.Length * 2, LargestKept);
        var ring = new Ring(capacity);
        _writing = ring;
        if (full is null)
            Volatile.Write(ref _reading, ring);
        else
            Volatile.Write(ref full.Next, ring);
        return ring;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SpinForLock()
    {
        var spin = default(SpinWait);
        do
            spin.SpinOnce();
        while (Volatile.Read(ref _locked) != 0 || Interlocked.CompareExchange(ref _locked, 1, 0) != 0);
    }

    /// <summary>The counters run on; a slot's index is the counter's low bits.</summary>
    private sealed class Ring(int capacity)
    {
        public readonly Envelope[] Slots = new Envelope[capacity];
        public int Head;
        public int Tail;
        public Ring? Next;
    }
}
