using Akka.Actor;
using Akka.Event;
using Debug = System.Diagnostics.Debug;

namespace ActorTcp.Connections;

/// <summary>
/// The handler's side of the acknowledgements (<see cref="HandlerAck"/>) for one instance of a <see cref="TcpHandler"/>: which messages of the connection the
/// instance processes, and what it reports of them. The connection's side is <see cref="Delivery"/>. Used by the handler only.
/// </summary>
internal sealed class HandlerSession(IActorRef handler)
{
    /// <summary>What an instance that restarts leaves to the next one.</summary>
    private static readonly ConditionalWeakTable<IActorRef, Legacy> Legacies = [];

    // The number of the last Resumed that this instance has received.
    private int _lastResumed;

    // With a connection on another node only, because each connection has a session.
    private RemoteExchange? _remote;

    // The message that is being processed, and the number of its hook and tasks that have not ended.
    private object? _message;
    private IActorRef _sender = ActorRefs.Nobody;
    private int _unfinished;

    public SessionState State { get; private set; } = SessionState.Unconnected;

    public ProcessingState Processing { get; private set; } = ProcessingState.None;

    /// <summary>The connection; null before the instance has received Connected or Resumed.</summary>
    public ConnectionProtocol.Connected? Connected
    {
        get;
        private set
        {
            field = value;
            _remote = value?.Connection is IActorRefScope { IsLocal: false } ? _remote ?? new RemoteExchange() : null;
        }
    }

    public IActorRef Connection => Connected?.Connection ?? ActorRefs.Nobody;

    /// <summary>Is cancelled when the connection has ended; the token of no connection never is.</summary>
    public CancellationToken Disconnected => Connected?.End?.Token ?? CancellationToken.None;

    private bool IsProcessing => Processing is ProcessingState.Running or ProcessingState.Stashed;

    /// <summary>A message arrives at the instance: says what to do with it.</summary>
    public Admission Admit(object message, IActorRef sender)
    {
        if (_remote is not null && IsRepeated(_remote, message, sender))
        {
            return Admission.Ignore;
        }

        switch (message)
        {
            case Received received:
                return received.AwaitsAck ? AdmitBytes(received, sender) : Admission.Call;
            case ConnectionProtocol.Connected connected:
                return AdmitConnected(connected);
            case ConnectionProtocol.Resumed resumed:
                return AdmitResumed(resumed);
            case ConnectionProtocol.PeerEof or ConnectionProtocol.FrameFailed:
                return State == SessionState.AwaitsResumed ? Admission.Ignore : Admission.Process;
            case ConnectionProtocol.Closed:
                Enter(SessionState.Closed);
                return Admission.Process;
            case LateAck late:
                Answer(Connection, late.Ack);
                return Admission.Ignore;
            case ConnectionWatch.Lost lost:
                return State != SessionState.Closed && lost.Connection.Equals(Connection) ? Admission.Lost : Admission.Ignore;
            default:
                return Admission.Other;
        }
    }

    /// <summary>The processing of a message begins. It ends when <see cref="Finish"/> was called once more than <see cref="AddTask"/>, or at the first failure.</summary>
    public void Begin(object message, IActorRef sender)
    {
        (message as Received)?.BeginProcessing();
        _message = message;
        _sender = sender;
        if (_remote is not null)
        {
            _remote.Message = message;
            _remote.Answer = null;
        }

        _unfinished = 1;
        Processing = ProcessingState.Running;
    }

    /// <summary>A task begins as a part of the processing. Returns the message, for <see cref="Finish"/> and <see cref="FailTask"/>.</summary>
    public object? AddTask()
    {
        _unfinished++;
        return _message;
    }

    /// <summary>The handler stashes the message: it stays valid and unacknowledged until it is unstashed and processed.</summary>
    public void OnStashed()
    {
        if (Processing == ProcessingState.Running)
        {
            Processing = ProcessingState.Stashed;
        }
    }

    /// <summary>The hook of a message, or a task of it, has ended.</summary>
    public void Finish(object? message)
    {
        if (message is null || !ReferenceEquals(message, _message) || --_unfinished > 0)
        {
            return;
        }

        var isStashed = Processing == ProcessingState.Stashed;
        _message = null;
        Processing = ProcessingState.None;
        if (!isStashed)
        {
            ReleaseBorrowed(message);

            // An instance that never received Connected or Resumed knows its connection by the message alone.
            Answer(Connected?.Connection ?? _sender, AckOf(message));
        }
    }

    /// <summary>A task of a message threw. Ignored if the instance was restarted or stopped meanwhile, or has failed already.</summary>
    public void FailTask(object? message)
    {
        if (ReferenceEquals(message, _message))
        {
            Fail();
        }
    }

    /// <summary>The processing of a message, of whatever sender, threw.</summary>
    public void Fail()
    {
        Processing = ProcessingState.Failed;
        if (_message is not { } failed)
        {
            return;
        }

        _message = null;
        ReleaseBorrowed(failed);
        if (failed is Received or ConnectionProtocol.Resumed)
        {
            Answer(Connection, HandlerAck.Failed.Instance);
        }
        else
        {
            // If the handler restarts, the connection receives Restarting first, and sends the message again.
            handler.Tell(new LateAck(AckOf(failed)), handler);
        }
    }

    /// <summary>The handler continues after a failure.</summary>
    public void ForgetFailure()
    {
        if (Processing == ProcessingState.Failed)
        {
            Processing = ProcessingState.None;
        }
    }

    /// <summary>The handler restarts: this instance ends, and the next one takes over its connection.</summary>
    public void Leave()
    {
        if (Connected is null)
        {
            return;
        }

        if (State != SessionState.Closed)
        {
            Connection.Tell(new HandlerAck.Restarting(IsProcessing), handler);
        }

        Abandon();
        Legacies.AddOrUpdate(handler, new Legacy(Connected, State == SessionState.Closed));
    }

    /// <summary>This is the instance after a restart.</summary>
    public void TakeOver()
    {
        if (Legacies.TryGetValue(handler, out var legacy))
        {
            Connected = legacy.Connected;
            Enter(legacy.IsClosed ? SessionState.Closed : SessionState.AwaitsResumed);
        }
    }

    /// <summary>The instance has stopped.</summary>
    public void Stop()
    {
        var threw = Processing == ProcessingState.Failed;
        Abandon();
        if (State is SessionState.Connected or SessionState.AwaitsResumed)
        {
            Connection.Tell(new HandlerAck.Stopped(threw), handler);
        }
    }

    private Admission AdmitBytes(Received received, IActorRef sender)
    {
        if (Connected is null || !sender.Equals(Connected.Connection))
        {
            if (State != SessionState.Unconnected)
            {
                // Another handler has forwarded the bytes of its connection.
                return Admission.Call;
            }
        }
        else if (State is not (SessionState.AwaitsResumed or SessionState.Closed))
        {
            return Admission.Process;
        }

        // Sent to an instance before this one, which never processed it: it is sent again after Resumed.
        _ = received.TryRelease();
        return Admission.Ignore;
    }

    private Admission AdmitConnected(ConnectionProtocol.Connected connected)
    {
        if (State is SessionState.Connected or SessionState.AwaitsResumed)
        {
            if (!connected.Connection.Equals(Connection))
            {
                connected.Connection.Tell(
                    new HandlerAck.Refused(
                        $"{handler} handles the connection with {Connected!.RemoteAddress}, and one TcpHandler handles one connection at a time"),
                    handler);
            }

            // Otherwise it was sent again before the connection knew that this instance has received it.
            return Admission.Ignore;
        }

        Connected = ConnectionWatch.Watched(connected, handler);
        Enter(SessionState.Connected);
        Connection.Tell(HandlerAck.Enabled.Instance, handler);
        return Admission.Process;
    }

    private Admission AdmitResumed(ConnectionProtocol.Resumed resumed)
    {
        if (State == SessionState.Unconnected)
        {
            // A supervisor has started this instance as the successor of one that failed.
            Connected = ConnectionWatch.Watched(
                new ConnectionProtocol.Connected(resumed.Connection, resumed.RemoteAddress, resumed.LocalAddress) { End = resumed.End },
                handler);
        }
        else if (State != SessionState.AwaitsResumed && resumed.Number == _lastResumed && _lastResumed != 0)
        {
            // It was sent again before the connection knew that this instance has received it.
            return Admission.Ignore;
        }

        _lastResumed = resumed.Number;
        Enter(SessionState.Connected);
        Connection.Tell(new HandlerAck.Resuming(resumed.Number), handler);
        return Admission.Process;
    }

    /// <summary>
    /// Whether a connection on another node has sent a message again, because the message or its acknowledgement could be lost. A message that this instance
    /// has processed is acknowledged again.
    /// </summary>
    private bool IsRepeated(RemoteExchange remote, object message, IActorRef sender)
    {
        if (message is not (Received { IsFromOtherNode: true } or ConnectionProtocol.PeerEof or ConnectionProtocol.FrameFailed or ConnectionProtocol.Resumed
                or ConnectionProtocol.Connected)
            || !sender.Equals(Connection))
        {
            return false;
        }

        if (State == SessionState.AwaitsResumed)
        {
            if (message is not (ConnectionProtocol.Resumed or ConnectionProtocol.Connected))
            {
                // The connection does not know of the restart yet, or the message that says so is lost. It ignores the second one.
                Connection.Tell(new HandlerAck.Restarting(false), handler);
            }

            return false;
        }

        // A message that was stashed comes as the same object.
        if (ReferenceEquals(message, remote.Message) || !remote.IsRepeatedBy(message))
        {
            return false;
        }

        if (remote.Answer is not null)
        {
            Connection.Tell(remote.Answer, handler);
        }

        return true;
    }

    private void Answer(IActorRef connection, HandlerAck ack)
    {
        if (_remote is not null)
        {
            _remote.Answer = ack;
        }

        connection.Tell(ack, handler);
    }

    private void Abandon()
    {
        ReleaseBorrowed(_message);
        _message = null;
        Processing = ProcessingState.None;
    }

    private static void ReleaseBorrowed(object? message) => _ = (message as Received)?.TryRelease();

    private static HandlerAck AckOf(object message) => message switch
    {
        ConnectionProtocol.Connected => HandlerAck.Ready.Instance,
        ConnectionProtocol.Closed => HandlerAck.Ended.Instance,
        ConnectionProtocol.Resumed resumed => new HandlerAck.Completed(resumed.Number),
        _ => HandlerAck.Completed.Instance,
    };

    private void Enter(SessionState next)
    {
        Debug.Assert(
            next switch
            {
                SessionState.Unconnected => false,
                SessionState.AwaitsResumed => State == SessionState.Unconnected,
                _ => true,
            },
            $"{next} cannot follow {State}");
        State = next;
    }

    private sealed record Legacy(ConnectionProtocol.Connected Connected, bool IsClosed);

    /// <summary>An acknowledgement that waits in the handler's own mailbox until its supervisor has decided.</summary>
    private sealed record LateAck(HandlerAck Ack) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}

/// <summary>
/// What an instance of a <see cref="TcpHandler"/> knows of its connection.
/// <code>
/// Unconnected ──Connected, or Resumed by a supervisor's new instance──▶ Connected ──Closed──▶ Closed ──Connected──▶ Connected
///     └──the instance after a restart──▶ AwaitsResumed ──Resumed──▶ Connected
///                                              └──Closed──▶ Closed
/// </code>
/// </summary>
internal enum SessionState
{
    /// <summary>The instance has no connection yet.</summary>
    Unconnected,
    /// <summary>The instance handles the connection.</summary>
    Connected,
    /// <summary>The last instance has failed. The connection sends its unprocessed messages again, after Resumed.</summary>
    AwaitsResumed,
    /// <summary>The connection has ended.</summary>
    Closed,
}

/// <summary>
/// The processing of a message of the connection.
/// <code>
/// None ──a message──▶ Running ──all tasks ended──▶ None, and it is acknowledged
///   ▲                   │  └──the handler stashed it──▶ Stashed ──all tasks ended──▶ None
///   │                   │ threw (also from None and Stashed)
///   └──next message── Failed
/// </code>
/// </summary>
internal enum ProcessingState
{
    /// <summary>No message of the connection is being processed.</summary>
    None,
    /// <summary>The hook, or a task of it, runs.</summary>
    Running,
    /// <summary>As Running, and the handler has stashed the message.</summary>
    Stashed,
    /// <summary>The last message, of whatever sender, threw. The supervisor decides now.</summary>
    Failed,
}
