using Akka.Actor;

namespace ActorTcp.Cluster.Sessions;

/// <summary>
/// Reads the state of a session from the replicas. It waits for all nodes, and after a time for a majority: a majority has each committed state, and the answers
/// of all nodes also cover a state that was written before other nodes joined.
/// </summary>
internal sealed class SessionReader(IActorRef session, SessionType type, string token, Address self)
{
    private readonly Dictionary<Address, Answer> _answers = [];
    private readonly long _started = Environment.TickCount64;
    private int _attempt;

    /// <summary>The highest term that a replica knows; 0 if none knows the session.</summary>
    public long Term => Newest?.Term ?? 0;

    /// <summary>The newest state; null if there is none, or if the session has ended.</summary>
    public SessionRecord? Record => Newest is { Term: > 0, Record.IsRemoved: false } newest ? newest.Record : null;

    private Answer? Newest => _answers.Values.Where(answer => answer.IsComplete).OrderBy(answer => (answer.Term, answer.Version)).LastOrDefault();

    /// <summary>Requests the state from the nodes that have not answered.</summary>
    public void Request()
    {
        _attempt++;
        foreach (var node in type.Replicas.Nodes)
        {
            if (!_answers.TryGetValue(node, out var answer) || !answer.IsComplete)
            {
                _answers.Remove(node);
                type.ReplicaOn(node).Tell(new Read(token, _attempt), session);
            }
        }
    }

    /// <summary>Handles a part of an answer.</summary>
    public void OnAnswer(ReadAnswer answer, IActorRef replica)
    {
        var node = replica.Path.Address.HasGlobalScope ? replica.Path.Address : self;
        if (answer.Attempt != _attempt)
        {
            return;
        }

        if (answer.Part == 0)
        {
            _answers[node] = new Answer(answer.Term, answer.Version);
        }

        if (_answers.TryGetValue(node, out var known) && known.Parts == answer.Part)
        {
            known.Record.Apply(answer.State);
            known.Parts++;
            known.IsComplete = answer.IsLast;
        }
    }

    /// <summary>Whether enough nodes have answered.</summary>
    public bool IsComplete()
    {
        var replicas = type.Replicas;
        var count = replicas.Nodes.Count(node => _answers.TryGetValue(node, out var answer) && answer.IsComplete);
        return replicas.Nodes.Length > 0
            && (count == replicas.Nodes.Length
                || (count >= replicas.Majority && Environment.TickCount64 - _started >= type.Options.RetryInterval.TotalMilliseconds));
    }

    private sealed class Answer(long term, long version)
    {
        public long Term => term;

        public long Version => version;

        public SessionRecord Record { get; } = new();

        public int Parts { get; set; }

        public bool IsComplete { get; set; }
    }
}
