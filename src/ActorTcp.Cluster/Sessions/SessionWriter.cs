using Akka.Actor;

namespace ActorTcp.Cluster.Sessions;

/// <summary>
/// Copies the state of one session to the replicas: one write at a time. What a majority of the nodes has is committed, and only that may be shown to the
/// client. Otherwise a session that continues on another node could contradict what the client has seen.
/// </summary>
internal sealed class SessionWriter(IActorRef session, SessionType type, string token, SessionRecord record, Address self, long term, bool hasCopies)
{
    private readonly HashSet<Address> _answered = [];
    private Write? _write;
    private bool _isUnderWay;
    private bool _isForced;
    private bool _needsAll = true;
    private bool _hasWritten = hasCopies;
    private bool _isUserStateChanged;

    // What is committed when the write that is under way has a majority.
    private (long Epoch, long Accepted, long Sent) _target;
    private long _version;

    /// <summary>The number of this instance of the session.</summary>
    public long Term => term;

    /// <summary>What a majority has.</summary>
    public (long Epoch, long Accepted, long Sent) Committed { get; private set; }

    public bool IsUnderWay => _isUnderWay;

    /// <summary>The version of the set of nodes that the last write has used.</summary>
    public long ReplicaSetVersion { get; private set; }

    private bool IsReplicated => _isForced || (type.Options.Replication == SessionReplication.Majority && type.Replicas.Nodes.Length > 1);

    public void UserStateChanged() => _isUserStateChanged = true;

    /// <summary>Begins to commit the present state, unless a write is under way. Returns whether something was committed at once.</summary>
    /// <param name="isForced">Whether the whole state is written, also without replication: the session moves.</param>
    public bool Begin(bool isForced = false)
    {
        if (isForced)
        {
            // It replaces a write that is under way.
            (_isForced, _needsAll, _isUnderWay) = (true, true, false);
        }

        if (_isUnderWay)
        {
            return false;
        }

        ReplicaSetVersion = type.Replicas.Version;
        if (!IsReplicated)
        {
            Committed = (record.Epoch, record.Accepted, record.Sent);

            // The replicas miss this change.
            _needsAll = true;
            return true;
        }

        _hasWritten = true;
        _isUnderWay = true;
        _answered.Clear();
        _version++;
        if (_needsAll)
        {
            _needsAll = false;
            _isUserStateChanged = false;
            _write = null;
            _target = (record.Epoch, record.Accepted, record.Sent);
        }
        else
        {
            var frames = record.FramesAfter(Committed.Sent, out var isAll);
            _target = (record.Epoch, isAll ? record.Accepted : Committed.Accepted, Committed.Sent + frames.Count);
            var state = isAll && _isUserStateChanged ? record.UserState : (ReadOnlyMemory<byte>?)null;
            _isUserStateChanged &= !isAll;
            var delta = record.Delta(Committed.Sent + 1, frames, state) with { Accepted = _target.Accepted };
            _write = new Write(token, Term, _version, _version - 1, 0, true, delta);
        }

        SendToUnanswered();
        return false;
    }

    /// <summary>Sends the last write again to the nodes that have not answered.</summary>
    public void Retry()
    {
        if (_version > 0 && _hasWritten && IsReplicated)
        {
            SendToUnanswered();
        }
    }

    /// <summary>Handles an answer. Returns whether a write was committed by it.</summary>
    public bool OnAnswer(WriteAnswer answer, IActorRef replica)
    {
        if (answer.Term != Term || answer.Version != _version)
        {
            return false;
        }

        var node = replica.Path.Address.HasGlobalScope ? replica.Path.Address : self;
        if (answer.Outcome == WriteOutcome.NeedsAll)
        {
            SendAll(node, record);
            return false;
        }

        return _answered.Add(node) && Complete();
    }

    /// <summary>Whether the write under way has a majority now, because nodes have left.</summary>
    public bool Complete()
    {
        if (!_isUnderWay)
        {
            return false;
        }

        var replicas = type.Replicas;
        var count = 0;
        foreach (var node in replicas.Nodes)
        {
            count += _answered.Contains(node) ? 1 : 0;
        }

        if (count < replicas.Majority)
        {
            return false;
        }

        _isUnderWay = false;
        Committed = _target;
        return true;
    }

    /// <summary>
    /// Notifies the replicas that their copies are void, because the session has ended or is not replicated. It is not awaited: a replica that misses it drops
    /// the copy later.
    /// </summary>
    public void Forget()
    {
        if (!_hasWritten)
        {
            return;
        }

        _version++;
        _needsAll = true;
        _isUnderWay = false;
        var empty = new SessionRecord { IsRemoved = true };
        foreach (var node in type.Replicas.Nodes)
        {
            SendAll(node, empty);
        }
    }

    private void SendToUnanswered()
    {
        foreach (var node in type.Replicas.Nodes)
        {
            if (_answered.Contains(node))
            {
                continue;
            }

            if (_write is null)
            {
                SendAll(node, record);
            }
            else
            {
                type.ReplicaOn(node).Tell(_write, session);
            }
        }
    }

    /// <summary>Sends the present state. It may be newer than the version, which does no harm: frames that a replica has are skipped.</summary>
    private void SendAll(Address node, SessionRecord state)
    {
        var parts = state.Parts();
        var replica = type.ReplicaOn(node);
        for (var i = 0; i < parts.Count; i++)
        {
            replica.Tell(new Write(token, Term, _version, 0, i, i == parts.Count - 1, parts[i]), session);
        }
    }
}
