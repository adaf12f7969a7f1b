using System.Text;
using ActorTcp.Cluster.Sessions;
using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Cluster;

/// <summary>
/// The handler of the connections of sessions. It reads the first frame of the client, finds or begins the session on whatever node it is, and passes frames
/// in both directions. Its connection needs a framing (<see cref="HandlerOptions.Framing"/>).
/// </summary>
/// <typeparam name="TSession">The class of the sessions, which <c>WithActorTcpSessions</c> has added.</typeparam>
public sealed class SessionHandler<TSession> : TcpHandler
    where TSession : Session
{
    /// <summary>The time after which a client is refused whose session is not found.</summary>
    private static readonly TimeSpan AttachTimeout = TimeSpan.FromMinutes(1);

    private readonly SessionType _type = SessionTypes.Get(Context.System).Of(typeof(TSession));
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <summary>The client's frames that the session has not acknowledged, starting at <c>_acknowledged + 1</c>.</summary>
    private readonly Queue<ReadOnlyMemory<byte>> _pending = new();

    private HandlerPhase _phase;
    private string _token = "";
    private bool _isNew;
    private long _attempt;
    private IActorRef _session = ActorRefs.Nobody;
    private long _epoch;
    private long _acknowledged;

    /// <summary>The number of frames that were acknowledged to the client.</summary>
    private long _clientAcknowledged;
    private long _pendingBytes;
    private bool _isSuspended;

    /// <summary>The number of frames of the session that the client has received, or that were written to this connection.</summary>
    private long _written;

    /// <summary>The number of frames that the client has acknowledged.</summary>
    private long _received;

    private long _lastAcknowledged;
    private long _attachingSince;
    private ICancelable? _ticks;

    /// <summary>Whether the connection has a session, or asks for one.</summary>
    private bool IsOpen => _phase is HandlerPhase.Attaching or HandlerPhase.Attached;

    /// <summary>Creates an instance.</summary>
    /// <exception cref="InvalidOperationException">Sessions of this class were not added.</exception>
    public SessionHandler()
    {
        Receive<Attached>(_ => IsOpen, OnAttached);
        Receive<Accepted>(IsCurrent, message => OnAccepted(message.Number, message.Acknowledged));
        Receive<ServerFrame>(IsCurrent, OnServerFrame);
        Receive<Sync>(IsCurrent, OnSync);
        Receive<Unknown>(IsOurs, _ => OnUnknown());
        Receive<Replaced>(IsOurs, _ => CloseWith("#replaced"));
        Receive<Ended>(ended => CloseWith($"#ended {SessionWire.ReasonText(ended.Reason)}"));
        Receive<Terminated>(terminated => OnTerminated(terminated.ActorRef));
        Receive<Tick>(_ => OnTick());
        Receive<ConnectionProtocol.SendFailed>(OnSendFailed);
        Receive<ISessionMessage>(static _ => { });
    }

    /// <inheritdoc/>
    protected override void OnConnected(ConnectionProtocol.Connected connected)
    {
        var period = _type.Options.RetryInterval;
        _ticks = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(period, period, Self, Tick.Instance, Self);
    }

    /// <inheritdoc/>
    protected override void OnReceived(Received received)
    {
        ArgumentNullException.ThrowIfNull(received);
        var frame = received.Span;
        if (_phase == HandlerPhase.Closed)
        {
            return;
        }

        if (!SessionWire.IsMarked(frame))
        {
            OnUserFrame(frame);
            return;
        }

        var control = SessionWire.Parse(frame);
        switch (control.Kind)
        {
            case ControlKind.UserFrame:
                OnUserFrame(frame[1..]);
                break;
            case ControlKind.Begin when _phase == HandlerPhase.AwaitsSession:
                Begin(SessionWire.NewToken(), isNew: true, received: 0, attempt: 0);
                break;
            case ControlKind.Resume when _phase == HandlerPhase.AwaitsSession:
                Begin(control.Token, isNew: false, control.Number, control.Attempt);
                break;
            case ControlKind.Ack when IsOpen:
                OnClientAck(control.Number);
                break;
            case ControlKind.End when IsOpen:
                _session.Tell(new EndSession(_epoch, SessionEndReason.ClientEnded), Self);
                break;
            case ControlKind.Malformed:
                Refuse("malformed control frame");
                break;
            default:
                Refuse(_phase == HandlerPhase.AwaitsSession ? "the first frame must be #session" : "the connection has a session");
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnFrameFailed(ConnectionProtocol.FrameFailed failed)
    {
        ArgumentNullException.ThrowIfNull(failed);
        Send($"#error {failed.Error.Text.ReplaceLineEndings(" ")}");
        Leave();
    }

    /// <inheritdoc/>
    protected override void OnResumed(ConnectionProtocol.Resumed resumed)
    {
        // The counters are lost, so the client must resume its session on another connection.
        _phase = HandlerPhase.Closed;
        Abort();
    }

    /// <inheritdoc/>
    protected override void OnClosed(ConnectionProtocol.Closed closed) => Leave();

    /// <inheritdoc/>
    protected override void PostStop() => _ticks?.Cancel();

    private bool IsOurs(Unknown message) => IsOpen && message.Token == _token;

    private bool IsOurs(Replaced message) => IsOpen && message.Token == _token;

    private bool IsCurrent(Accepted message) => _phase == HandlerPhase.Attached && message.Epoch == _epoch;

    private bool IsCurrent(ServerFrame message) => _phase == HandlerPhase.Attached && message.Epoch == _epoch;

    private bool IsCurrent(Sync message) => _phase == HandlerPhase.Attached && message.Epoch == _epoch;

    private void Begin(string token, bool isNew, long received, long attempt)
    {
        (_token, _isNew, _received, _written, _attempt) = (token, isNew, received, received, attempt);
        Connection.Tell(ConnectionProtocol.SuspendReading.Instance);
        _isSuspended = true;
        Attach();
    }

    private void Attach()
    {
        if (_phase != HandlerPhase.Attaching)
        {
            _phase = HandlerPhase.Attaching;
            _attachingSince = Environment.TickCount64;
        }

        _type.Region.Tell(new Attach(_token, Self, _epoch, _isNew, _received, _written, _attempt), Self);
    }

    private void OnAttached(Attached attached)
    {
        if (!Sender.Equals(_session))
        {
            Context.Unwatch(_session);
            _session = Sender;
            Context.Watch(_session);
        }

        _phase = HandlerPhase.Attached;
        if (_epoch == 0)
        {
            _isNew = false;
            (_acknowledged, _clientAcknowledged) = (attached.Accepted, attached.Accepted);
            Send(SessionWire.Session(_token, attached.Accepted));
        }
        else if (attached.Accepted < _acknowledged || attached.Accepted > _acknowledged + _pending.Count)
        {
            // The session has forgotten frames that were acknowledged.
            CloseWith("#unknown");
            return;
        }

        _epoch = attached.Epoch;
        OnAccepted(attached.Accepted, attached.Accepted);
        var number = _acknowledged;
        foreach (var frame in _pending)
        {
            _session.Tell(new ClientFrame(_epoch, ++number, frame), Self);
        }

        ResumeReading();
    }

    private void OnUserFrame(ReadOnlySpan<byte> frame)
    {
        if (_phase == HandlerPhase.AwaitsSession)
        {
            Refuse("the first frame must be #session");
            return;
        }

        if (frame.Length > _type.Options.MaxFrameLength)
        {
            Refuse($"a frame has {frame.Length} bytes; at most {_type.Options.MaxFrameLength} are allowed");
            return;
        }

        ReadOnlyMemory<byte> bytes = frame.ToArray();
        _pending.Enqueue(bytes);
        _pendingBytes += bytes.Length + SessionRecord.Overhead;
        if (_phase == HandlerPhase.Attached)
        {
            _session.Tell(new ClientFrame(_epoch, _acknowledged + _pending.Count, bytes), Self);
        }

        if (_pendingBytes >= _type.Options.Window && !_isSuspended)
        {
            _isSuspended = true;
            Connection.Tell(ConnectionProtocol.SuspendReading.Instance);
        }
    }

    private void OnClientAck(long number)
    {
        if (number > _written || number < _received)
        {
            Refuse($"#ack {number} is not between {_received} and {_written}");
            return;
        }

        _received = number;
        if (_phase == HandlerPhase.Attached)
        {
            _session.Tell(new ClientAck(_epoch, number), Self);
        }
    }

    /// <param name="number">The session has the frames up to this one.</param>
    /// <param name="acknowledged">The client may be notified of the frames up to this one.</param>
    private void OnAccepted(long number, long acknowledged)
    {
        while (_acknowledged < number && _pending.TryDequeue(out var frame))
        {
            _acknowledged++;
            _pendingBytes -= frame.Length + SessionRecord.Overhead;
        }

        if (acknowledged > _clientAcknowledged)
        {
            _clientAcknowledged = acknowledged;
            Send(SessionWire.Ack(acknowledged));
        }

        ResumeReading();
    }

    private void ResumeReading()
    {
        if (_isSuspended && _pendingBytes <= _type.Options.Window / 2)
        {
            _isSuspended = false;
            Connection.Tell(ConnectionProtocol.ResumeReading.Instance);
        }
    }

    private void OnServerFrame(ServerFrame frame)
    {
        if (frame.Number == _written + 1)
        {
            _written++;
            Send(SessionWire.Escape(frame.Bytes));
        }
        else if (frame.Number > _written)
        {
            // A frame between was lost.
            Attach();
        }
    }

    private void OnSync(Sync sync)
    {
        if (sync.Sent > _written)
        {
            Attach();
        }
    }

    private void OnTick()
    {
        if (_phase == HandlerPhase.Attaching)
        {
            if (Environment.TickCount64 - _attachingSince > AttachTimeout.TotalMilliseconds)
            {
                _log.Warning("A session of type {SessionType} did not answer within {Timeout}; its connection is closed", _type.Name, AttachTimeout);
                Refuse("the session does not answer");
                return;
            }

            Attach();
        }
        else if (_phase == HandlerPhase.Attached && _pending.Count > 0 && _acknowledged == _lastAcknowledged)
        {
            Attach();
        }

        _lastAcknowledged = _acknowledged;
    }

    private void OnTerminated(IActorRef session)
    {
        if (session.Equals(_session) && IsOpen)
        {
            Attach();
        }
    }

    private void OnUnknown()
    {
        if (_epoch != 0)
        {
            CloseWith("#unknown");
            return;
        }

        Send("#unknown");
        _phase = HandlerPhase.AwaitsSession;
        ResumeReading();
    }

    private void OnSendFailed(ConnectionProtocol.SendFailed failed)
    {
        if (_phase == HandlerPhase.Closed)
        {
            return;
        }

        if (failed.Errno is Errno.EMSGSIZE or Errno.EINVAL)
        {
            // Each connection would fail at this frame.
            _log.Warning("The framing refuses a frame of a session of type {SessionType}, so the session ends: {Error}", _type.Name, failed.Text);
            _session.Tell(new EndSession(_epoch, SessionEndReason.FrameRefused), Self);
            return;
        }

        _log.Debug("A frame of a session cannot be sent, so the connection is aborted: {Error}", failed.Text);
        Leave();
        Abort();
    }

    private void Refuse(string text)
    {
        _log.Debug("A client of sessions is refused: {Reason}", text);
        CloseWith($"#error {text}");
    }

    private void CloseWith(string control)
    {
        if (_phase == HandlerPhase.Closed)
        {
            return;
        }

        Send(Encoding.UTF8.GetBytes(control));
        Leave();
        Close();
    }

    private void Leave()
    {
        if (IsOpen)
        {
            Context.Unwatch(_session);
            _session.Tell(new Detach(_epoch), Self);
        }

        _phase = HandlerPhase.Closed;
        _pending.Clear();
    }
}
