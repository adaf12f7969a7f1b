using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using AkkaCluster = Akka.Cluster.Cluster;

namespace ActorTcp.Cluster.Sessions;

/// <summary>
/// The protocol of one session: its state, its connection and its copies. It survives a restart of the user's actor, which is its owner.
/// <code>
/// Idle ──Attach, new──▶ Live ──end──▶ Ended
///   └──Attach, Revive──▶ Loading ──found──▶ Live ──MoveAway──▶ Moving ──written──▶ Ended
///                           └──not found──▶ Ended          Live, Moving ──another instance──▶ Superseded
/// </code>
/// </summary>
internal sealed partial class SessionCore
{
    /// <summary>The maximum number of messages that are kept while the state is read.</summary>
    private const int MaxWaiting = 10_000;

    private readonly IActorContext _context;
    private readonly ActorSystem _system;
    private readonly IActorRef _self;
    private readonly IActorRef _shard;
    private readonly SessionType _type;
    private readonly ILoggingAdapter _log;
    private readonly ICancelable _ticks;

    private CorePhase _phase;
    private SessionReader? _reader;
    private SessionWriter? _writer;
    private bool _isCommitQueued;
    private long _lastWrite = Environment.TickCount64;

    public SessionCore(IActorContext context, SessionType type)
    {
        _context = context;
        _system = context.System;
        _self = context.Self;
        _shard = context.Parent;
        _type = type;
        _log = context.GetLogger();
        var period = TimeSpan.FromMilliseconds(
            Math.Max(25, Math.Min(type.Options.RetryInterval.TotalMilliseconds, type.Options.Timeout.TotalMilliseconds / 4)));
        _ticks = _system.Scheduler.ScheduleTellRepeatedlyCancelable(period, period, _self, Tick.Instance, _self);
    }

    /// <summary>The present instance of the user's actor.</summary>
    public required Session Owner { get; set; }

    /// <summary>The session's token.</summary>
    public string Token => _self.Path.Name;

    public SessionRecord Record { get; private set; } = new();

    public bool IsLive => _phase == CorePhase.Live;

    public int MaxFrameLength => _type.Options.MaxFrameLength;

    public bool IsAttached => _handler is not null;

    /// <summary>Handles a message. Returns false if it is for the user's class.</summary>
    public bool Handle(object message, IActorRef sender)
    {
        switch (message)
        {
            case Tick:
                OnTick();
                return true;
            case Commit:
                _isCommitQueued = false;
                WriteState();
                return true;
            case WriteAnswer answer:
                OnWritten(answer, sender);
                return true;
            case ReadAnswer answer:
                OnRead(answer, sender);
                return true;
            case MoveAway:
                Move();
                return true;
            default:
                return HandleInPhase(message, sender);
        }
    }

    /// <summary>The user's actor has stopped.</summary>
    public void Stop()
    {
        _ticks.Cancel();
        if (_phase is CorePhase.Live or CorePhase.Moving)
        {
            CountStop();
        }

        _phase = CorePhase.Ended;
    }

    public void End(SessionEndReason reason)
    {
        if (_phase != CorePhase.Live)
        {
            return;
        }

        _log.Info("A session of type {SessionType} has ended: {Reason}", _type.Name, reason);
        _type.Meters.Ended(reason);
        _handler?.Tell(new Ended(reason), _self);
        CountStop();
        _phase = CorePhase.Ended;
        _writer!.Forget();
        _shard.Tell(new Passivate(PoisonPill.Instance), _self);
        Owner.CallEnded(reason);
    }

    private bool HandleInPhase(object message, IActorRef sender)
    {
        switch (_phase)
        {
            case CorePhase.Idle when message is Attach { IsNew: true } attach:
                Begin(new SessionRecord(), term: 1, hasCopies: false);
                OnAttach(attach);
                return true;
            case CorePhase.Idle:
                Wait(message);
                Load();
                return true;
            case CorePhase.Loading:
                Wait(message);
                return true;
            case CorePhase.Live:
                return HandleLive(message, sender);
            default:
                // Moving, Superseded: the handler finds the session again when this instance has stopped.
                if (_phase == CorePhase.Ended && message is Attach unknown)
                {
                    unknown.Handler.Tell(new Unknown(Token), _self);
                }

                if (message is not ISessionMessage)
                {
                    _system.DeadLetters.Tell(new DeadLetter(message, sender, _self), sender);
                }

                return true;
        }
    }

    private void Wait(object message)
    {
        if (message is Revive)
        {
            return;
        }

        if (Owner.Stash.Count >= MaxWaiting)
        {
            _log.Warning("A session of type {SessionType} drops a {Message}, because {Count} messages wait for its state", _type.Name, message.GetType().Name, MaxWaiting);
            return;
        }

        Owner.Stash.Stash();
    }

    private void Load()
    {
        _phase = CorePhase.Loading;
        _reader = new SessionReader(_self, _type, Token, AkkaCluster.Get(_system).SelfAddress);
        _reader.Request();
    }

    private void OnRead(ReadAnswer answer, IActorRef replica)
    {
        if (_phase == CorePhase.Loading)
        {
            _reader!.OnAnswer(answer, replica);
            FinishLoading();
        }
    }

    private void FinishLoading()
    {
        if (!_reader!.IsComplete())
        {
            return;
        }

        var (record, term) = (_reader.Record, _reader.Term);
        _reader = null;
        if (record is null)
        {
            _phase = CorePhase.Ended;
            _log.Debug("A session of type {SessionType} is not known", _type.Name);
            Owner.Stash.UnstashAll();
            _shard.Tell(new Passivate(PoisonPill.Instance), _self);
            return;
        }

        _log.Info("A session of type {SessionType} continues on this node", _type.Name);
        Begin(record, term + 1, hasCopies: true);
        if (_type.Options.Replication == SessionReplication.None)
        {
            // The copies were for the move only. They would be out of date soon.
            _writer!.Forget();
        }

        Owner.Stash.UnstashAll();
        Owner.CallRestored(record.UserState);
    }

    private void Begin(SessionRecord record, long term, bool hasCopies)
    {
        Record = record;
        Record.IsMoving = false;
        _writer = new SessionWriter(_self, _type, Token, record, AkkaCluster.Get(_system).SelfAddress, term, hasCopies);
        _phase = CorePhase.Live;
        _detachedAt = Environment.TickCount64;
        _type.Meters.Started(hasCopies);
        Changed();
    }

    /// <summary>Something has changed that must be committed.</summary>
    public void Changed()
    {
        if (!_isCommitQueued)
        {
            // After the messages in the mailbox, so that one write covers all of them.
            _isCommitQueued = true;
            _self.Tell(Commit.Instance, _self);
        }
    }

    public void SetUserState(ReadOnlyMemory<byte> state)
    {
        Record.UserState = state;
        _writer!.UserStateChanged();
        Changed();
    }

    private void WriteState()
    {
        if (_phase == CorePhase.Live && !_writer!.IsUnderWay)
        {
            _lastWrite = Environment.TickCount64;
            if (_writer.Begin())
            {
                OnCommitted();
            }
        }
    }

    private void OnWritten(WriteAnswer answer, IActorRef replica)
    {
        if (_writer is null || _phase is not (CorePhase.Live or CorePhase.Moving))
        {
            return;
        }

        if (answer.Outcome == WriteOutcome.Superseded && answer.Term == _writer.Term)
        {
            _log.Warning("A session of type {SessionType} ends on this node, because another instance of it exists", _type.Name);
            CountStop();
            _type.Meters.Ended(SessionEndReason.Superseded);
            _phase = CorePhase.Superseded;

            // The handler finds the other instance when this one has stopped.
            _shard.Tell(new Passivate(PoisonPill.Instance), _self);
            Owner.CallEnded(SessionEndReason.Superseded);
        }
        else if (_writer.OnAnswer(answer, replica))
        {
            AfterWrite();
        }
    }

    private void AfterWrite()
    {
        if (_phase == CorePhase.Moving)
        {
            FinishMove();
            return;
        }

        OnCommitted();
        var committed = _writer!.Committed;
        if (committed != (Record.Epoch, Record.Accepted, Record.Sent))
        {
            Changed();
        }
    }

    private void Move()
    {
        if (_phase != CorePhase.Live)
        {
            _context.Stop(_self);
            return;
        }

        _phase = CorePhase.Moving;
        Record.IsMoving = true;
        _writer!.Begin(isForced: true);
    }

    private void FinishMove()
    {
        _log.Debug("A session of type {SessionType} leaves this node", _type.Name);

        if (_type.Replicas.Nodes.Length > 1)
        {
            // The region keeps it until the shard has its new node, which reads the state that was written now. Without another node, the region would wait for
            // one, and delay the end of the process.
            _type.Region.Tell(new Revive(Token), ActorRefs.NoSender);
        }

        _context.Stop(_self);
    }

    private void CountStop()
    {
        _type.Meters.Stopped();
        DropHandler();
    }

    private void OnTick()
    {
        switch (_phase)
        {
            case CorePhase.Loading:
                _reader!.Request();
                FinishLoading();
                break;
            case CorePhase.Moving:
                TickWriter();
                break;
            case CorePhase.Live:
                TickWriter();
                TickAttachment();
                break;
        }
    }

    private void TickWriter()
    {
        if (_writer!.Complete())
        {
            AfterWrite();
            return;
        }

        if (_phase == CorePhase.Live
            && !_writer.IsUnderWay
            && (_writer.ReplicaSetVersion != _type.Replicas.Version || Environment.TickCount64 - _lastWrite > _type.Options.Timeout.TotalMilliseconds / 2))
        {
            // A node has joined, or the replicas would forget the session.
            WriteState();
            return;
        }

        _writer.Retry();
    }
}

/// <summary>What a session does.</summary>
internal enum CorePhase
{
    /// <summary>It has received nothing yet.</summary>
    Idle,
    /// <summary>It reads its state from the replicas.</summary>
    Loading,
    /// <summary>It exists.</summary>
    Live,
    /// <summary>It writes its state before it stops, because its shard moves to another node.</summary>
    Moving,
    /// <summary>It has ended, or does not exist, and will be stopped.</summary>
    Ended,
    /// <summary>It will be stopped, and continues on another node.</summary>
    Superseded,
}
