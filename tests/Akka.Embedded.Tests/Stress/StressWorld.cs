using System.Collections.Concurrent;
using Akka.Actor;

namespace Akka.Embedded.Tests.Stress;

/// <summary>What all nodes share: who lives, the books of all who ever lived, and what went wrong.</summary>
internal sealed class StressWorld
{
    public const int Population = 1_000;

    private readonly StressNode?[] _living = new StressNode?[2 * Population];
    private readonly Stack<int> _free;
    private readonly Dictionary<int, int> _slots = [];
    private readonly ConcurrentBag<(int Node, WeakReference Object)> _tracked = [];
    private int _nextId;
    private int _alive;
    private long _handled;
    private long _acted;

    public StressWorld() => _free = new Stack<int>(Enumerable.Range(0, _living.Length).Reverse());

    public static string[] Dispatchers { get; } = ["akka.actor.default-dispatcher", "stress-fair", "stress-fork", "stress-thread"];

    public ConcurrentDictionary<int, StressNode> Nodes { get; } = new();

    public ConcurrentQueue<string> Errors { get; } = new();

    public IActorRef Registrar { get; set; } = ActorRefs.Nobody;

    public int Alive => Volatile.Read(ref _alive);

    public bool HasRoom => Alive < Population;

    /// <summary>How many messages have been handled so far: it stands still when all is quiet.</summary>
    public long Handled => Interlocked.Read(ref _handled);

    /// <summary>How many of the driver's orders have been done.</summary>
    public long Acted => Interlocked.Read(ref _acted);

    public void CountActed() => Interlocked.Increment(ref _acted);

    public void CountHandled() => Interlocked.Increment(ref _handled);

    public StressNode NewNode(int depth)
    {
        Interlocked.Increment(ref _alive);
        var node = new StressNode(Interlocked.Increment(ref _nextId), depth);
        Nodes[node.Id] = node;
        return node;
    }

    /// <summary>Someone who lives, most probably; null for an empty place.</summary>
    public StressNode? Random(ref Dice dice) => Volatile.Read(ref _living[dice.Next(_living.Length)]);

    public IEnumerable<StressNode> Living => _living.OfType<StressNode>();

    public void Track(int node, object instance) => _tracked.Add((node, new WeakReference(instance)));

    /// <summary>How many references and instances of nodes are still held by someone, of the dead or of all.</summary>
    public int Held(bool ofTheDead) => _tracked.Count(t => t.Object.IsAlive && (!ofTheDead || Nodes[t.Node].Dead));

    // The registrar's, in its turns.
    public void Add(StressNode node)
    {
        var slot = _free.Pop();
        _slots[node.Id] = slot;
        Volatile.Write(ref _living[slot], node);
    }

    public void Remove(StressNode node)
    {
        Interlocked.Decrement(ref _alive);
        _slots.Remove(node.Id, out var slot);
        Volatile.Write(ref _living[slot], null);
        _free.Push(slot);
    }
}
