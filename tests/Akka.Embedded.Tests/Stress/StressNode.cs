using Akka.Actor;

namespace Akka.Embedded.Tests.Stress;

/// <summary>
/// The books of one actor, over all its instances. All but the last group is written in the actor's own turns only, and
/// read by the test when everything is quiet.
/// </summary>
internal sealed class StressNode(int id, int depth)
{
    public int Id { get; } = id;

    public int Depth { get; } = depth;

    /// <summary>How many messages went to each node, and how many came from each.</summary>
    public Dictionary<int, int> Sent { get; } = [];

    public Dictionary<int, int> Received { get; } = [];

    /// <summary>Whom it waits for to die, and whom it has ever watched: nobody twice.</summary>
    public HashSet<int> Watching { get; } = [];

    public HashSet<int> Watched { get; } = [];

    public int Started { get; set; }

    public int Stopped { get; set; }

    // Written by the registrar; the reference goes when the actor has died, so that the books do not keep it alive.
    private volatile IActorRef? _ref;
    private volatile bool _dead;

    public IActorRef? Ref => _ref;

    public bool Dead => _dead;

    public void Live(IActorRef reference) => _ref = reference;

    public void Die()
    {
        _dead = true;
        _ref = null;
    }
}
