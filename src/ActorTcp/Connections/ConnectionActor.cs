using ActorTcp.AccessControl;
using ActorTcp.Diagnostics;
using ActorTcp.EventLoop;
using ActorTcp.Memory;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using Akka.Actor;
using Akka.Event;
using Debug = System.Diagnostics.Debug;

namespace ActorTcp.Connections;

/// <summary>
/// Owns one connection: its descriptor, its unread and unsent bytes and, if the connection makes it, its handler. Runs on the poll loop that has the
/// descriptor. The actor routes messages and owns the <see cref="ConnectionPhase"/>; its parts do the work: <see cref="ReadSide"/> and
/// <see cref="Delivery"/> bring bytes to the <see cref="HandlerSide"/>, <see cref="WriteSide"/> sends, <see cref="Deadlines"/> watch the time. For its messages
/// see <see cref="ConnectionProtocol"/>.
/// </summary>
internal sealed partial class ConnectionActor : UntypedActor, IEncoderFailureLog
{
    private IChannel _channel;
    private readonly PollLoop _loop;
    private readonly ConnectionFactory _factory;
    private readonly IActorRef _self;
    private readonly HandlerSide _handler;
    private readonly Delivery _delivery;
    private readonly ReadSide _read;
    private readonly WriteSide _write;
    private readonly Deadlines _deadlines;
    private readonly long _born;
    private ConnectionPhase _phase;
    private ILoggingAdapter? _log;
    private Activity? _trace;

    public ConnectionActor(IChannel channel, ConnectionFactory factory, AdmittedConnection? admitted = null)
    {
        _channel = channel;
        _factory = factory;
        _loop = factory.Loop;
        _self = Self;
        _born = _loop.Now;
        _lingerSeconds = factory.LingerSeconds;
        _admitted = admitted;
        _phase = channel.IsReady ? ConnectionPhase.Registering : ConnectionPhase.Handshaking;
        _handler = new HandlerSide();
        _delivery = new Delivery(_self, _handler, channel);
        _read = new ReadSide(channel, _delivery, factory.Limits);
        _write = new WriteSide(channel, _self, this, factory.Limits);
        _deadlines = new Deadlines(channel, _read, _write, _loop.Timers, new DeadlineTimer(_self), factory.Limits);
    }

    private ILoggingAdapter Log => _log ??= Context.GetLogger().WithContext(_factory.Origin, _self.Path.Parent.Name);

    /// <summary>Checked before a logger is made: an idle connection need not have one.</summary>
    private static bool LogsDebug => Context.System.EventStream.LogLevel <= LogLevel.DebugLevel;

    /// <summary>The connection for logs: its actor, the peer and this end.</summary>
    public override string ToString() => $"{_self.Path.Parent.Name}/{_self.Path.Name} {_channel.RemoteAddress} → {_channel.LocalAddress}";

    void IEncoderFailureLog.OnEncoderFailed(Send send, Exception failure) =>
        LogEvent(Log, LogLevel.ErrorLevel, "cannot send {Send}: {Framing} failed", [$"{send}", _write.Framing!], failure);

    protected override SupervisorStrategy SupervisorStrategy() =>
        _factory.Handler?.StrategyOf(_handler.OnFailed) ?? base.SupervisorStrategy();

    protected override void PreStart()
    {
        var result = _channel.Open(new ChannelEventForwarder(_self));
        if (result < 0 && _factory.Adoption is { } adoption)
        {
            Enter(ConnectionPhase.Ended);
            adoption.Fail(_self, _channel, (Errno)(-result));
            Context.Stop(_self);
            return;
        }

        _loop.Meters.Opened++;
        _trace = TcpTraces.Begin(_channel, _factory.Connector is null ? ActivityKind.Server : ActivityKind.Client);
        if (result < 0)
        {
            End(CloseReason.Error, (Errno)(-result));
            return;
        }

        _deadlines.Enter(_phase, _loop.Now);
        _deadlines.Begin(_loop.Now);
        Throttle(_factory.ReceiveRates);
        if (_factory.Settings.QuickAck)
        {
            _ = _channel.SetOption(new SocketOption.QuickAck(true));
        }

        if (_channel.IsReady)
        {
            BeginAdopted();
            BeginRegistering();
        }
        else
        {
            _deadlines.AwaitHandshake(_factory.HandshakeTimeout, _loop.Now);
        }
    }

    /// <summary>The peer may send: the connection needs a handler.</summary>
    private void BeginRegistering()
    {
        if (_factory.Handler is { } handler)
        {
            RegisterChild(handler);
        }
        else
        {
            _deadlines.LimitPhase(_factory.Settings.RegisterTimeout, _loop.Now);
            _factory.Acceptor.Tell(new ListenerProtocol.ConnectionAccepted(_self, _channel.RemoteAddress!, _channel.LocalAddress!), _self);
        }
    }

    protected override void PostRestart(Exception reason)
    {
        // Only a restart of the listener restarts a connection, and the instance before has closed the channel.
        Enter(ConnectionPhase.Ended);
        Context.Stop(_self);
    }

    protected override void PostStop()
    {
        if (_phase != ConnectionPhase.Ended)
        {
            EndChannel(_handler.HasFailed ? CloseReason.HandlerFailed : CloseReason.ConnectionStopped, 0);
        }

        _deadlines.Stop();
    }

    /// <summary>The messages of every byte first.</summary>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Received { IsIncoming: true } received:
                OnIncoming(received);
                _channel.ContinueReading();
                break;
            case Send send:
                OnSend(send);
                break;
            case HandlerAck.Completed completed:
                OnCompleted(completed.Resumed);
                break;
            case PendingAck sent:
                OnNotice(_write.OnSent(sent));
                break;
            case ChannelEventForwarder.QueueLow:
                OnQueueLow();
                break;
            case ConnectionProtocol.Read:
                _read.AddCredit();
                DeliverBuffered();
                break;
            case ContinueDelivery:
                OnContinueDelivery();
                break;
            case DeadlineTimer:
                OnDeadline();
                break;
            case ChannelEventForwarder.EndOfStream:
                OnEndOfStream();
                break;
            case ChannelEventForwarder.Failed failed:
                End(CloseReason.Error, failed.Errno);
                break;
            case ChannelEventForwarder.Ready:
                OnHandshaken();
                break;
            case ChannelEventForwarder.ProtocolFailed failed:
                OnProtocolFailed(failed);
                break;
            case DetachNow:
                OnDetach();
                break;
            default:
                if (!OnHandlerMessage(message))
                {
                    OnCommand(message);
                }

                break;
        }
    }

    protected override void Unhandled(object message)
    {
        base.Unhandled(message);
        UnknownMessages.Answer(message, Context, $"{this}");
    }

    private void Enter(ConnectionPhase next)
    {
        Debug.Assert(next.MayFollow(_phase), $"{next} cannot follow {_phase}");
        _phase = next;
        _deadlines.Enter(next, _loop.Now);
    }

    /// <summary>Sets the options that an accepted socket inherits, and buffers the bytes that were received before the adoption.</summary>
    private void BeginAdopted()
    {
        if (_factory.Adoption is not { } adoption)
        {
            return;
        }

        _ = _channel.SetOption(new SocketOption.NoDelay(_factory.Settings.NoDelay));
        foreach (var option in _factory.Settings.SocketOptions)
        {
            if (_channel.SetOption(option) is var errno and not 0)
            {
                Log.Warning("{Connection} cannot set {Option}: {Text}", $"{this}", option, Tcp.ErrorText(errno));
            }
        }

        if (!adoption.Unread.IsEmpty)
        {
            _deadlines.OnReceived(_read.Count(adoption.Unread.Length), _loop.Now);
            _read.Buffer(SlabSlice.CopyOf(adoption.Unread.Span));
            if (_read.IsFull)
            {
                Pause(ReadPauseReasons.ReadAhead);
            }
        }

        adoption.Succeed(_self, _channel);
    }

    private void OnDeadline()
    {
        var now = _loop.Now;
        if (!_write.TryFailOverdue(now))
        {
            End(CloseReason.Error, Errno.ETIMEDOUT);
            return;
        }

        switch (_deadlines.Check(now, out var reason))
        {
            case DeadlineEvent.PhaseOver:
                OnPhaseOver();
                break;
            case DeadlineEvent.CheckLinger:
                OnLingering();
                break;
            case DeadlineEvent.ProbeHandler:
                _delivery.Probe();
                _deadlines.Schedule(now);
                break;
            case DeadlineEvent.AskHandler:
                AskHandlerAgain();
                break;
            case DeadlineEvent.CheckRemote:
                OnCheckRemote();
                break;
            case DeadlineEvent.HandlerLate:
                OnHandlerLate();
                break;
            case DeadlineEvent.ResumeReading:
                Resume(ReadPauseReasons.Throttled);
                _deadlines.Schedule(now);
                break;
            case DeadlineEvent.PeerLate:
                End(reason);
                break;
        }
    }

    private void OnPhaseOver()
    {
        switch (_phase)
        {
            case ConnectionPhase.Registering:
                End(CloseReason.NotRegistered);
                break;
            case ConnectionPhase.Lingering:
                End(_flush.Reason);
                break;
            default:
                StopLateHandler();
                break;
        }
    }

    /// <summary>Logs an event of this connection: its id and its addresses, then the text.</summary>
    private void LogEvent(ILoggingAdapter log, LogLevel level, string text, object[] arguments, Exception? failure = null) => log.Log(
        level,
        failure,
        "{Connection} {RemoteAddress} → {LocalAddress} " + text,
        [$"{_self.Path.Parent.Name}/{_self.Path.Name}", _channel.RemoteAddress!, _channel.LocalAddress!, .. arguments]);
}

/// <summary>The transitions between the phases of a connection.</summary>
internal static class ConnectionPhases
{
    /// <summary>Whether a connection may go from one phase to another.</summary>
    public static bool MayFollow(this ConnectionPhase next, ConnectionPhase phase) => next == ConnectionPhase.Ended || phase switch
    {
        ConnectionPhase.Handshaking => next is ConnectionPhase.Registering or ConnectionPhase.Flushing,
        ConnectionPhase.Registering => next is ConnectionPhase.Open or ConnectionPhase.Flushing,
        ConnectionPhase.Open => next is ConnectionPhase.Registering or ConnectionPhase.PeerEndPending or ConnectionPhase.BadFrame or ConnectionPhase.Flushing,
        ConnectionPhase.PeerEndPending => next is ConnectionPhase.PeerEnded or ConnectionPhase.BadFrame or ConnectionPhase.Flushing,
        ConnectionPhase.PeerEnded or ConnectionPhase.BadFrame => next == ConnectionPhase.Flushing,
        ConnectionPhase.Flushing => next is ConnectionPhase.Lingering or ConnectionPhase.AwaitingEnd,
        _ => false,
    };

    /// <summary>Whether the connection is closing, and refuses most commands.</summary>
    public static bool IsClosing(this ConnectionPhase phase) =>
        phase is ConnectionPhase.Flushing or ConnectionPhase.Lingering or ConnectionPhase.AwaitingEnd or ConnectionPhase.Ended;

    /// <summary>Whether the handler may send.</summary>
    public static bool MaySend(this ConnectionPhase phase) =>
        phase is ConnectionPhase.Open or ConnectionPhase.PeerEndPending or ConnectionPhase.PeerEnded or ConnectionPhase.BadFrame;

    /// <summary>Whether received bytes may go to the handler.</summary>
    public static bool MayDeliver(this ConnectionPhase phase) =>
        phase is not (ConnectionPhase.Flushing or ConnectionPhase.BadFrame or ConnectionPhase.Ended);
}
