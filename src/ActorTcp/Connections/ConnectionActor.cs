using ActorTcp.Diagnostics;
using ActorTcp.EventLoop;
using ActorTcp.Memory;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Connections;

/// <summary>
/// Owns one connection: its descriptor, its unread and unsent bytes and, where the listener was given Props, its handler.
/// Lives on the poll loop that has the descriptor. For its phases see <see cref="ConnectionPhase"/>, for its messages
/// <see cref="ConnectionProtocol"/>. This part has its life; what it reads, sends and answers stand in the others.
/// </summary>
internal sealed partial class ConnectionActor : UntypedActor
{
    private readonly IChannel _channel;
    private readonly PollLoop _loop;
    private readonly ConnectionFactory _template;
    private readonly IActorRef _self;
    private readonly long _born;
    private IActorRef _handler = ActorRefs.Nobody;
    private ILoggingAdapter? _log;
    private Activity? _trace;
    private ConnectionLimits _limits;
    private ConnectionPhase _phase = ConnectionPhase.Registering;
    private bool _keepOpenOnPeerEof;
    private HandlerType _handlerType;
    private (ConnectionProtocol.Register Register, IActorRef Registrar) _registration;

    public ConnectionActor(IChannel channel, ConnectionFactory template)
    {
        _channel = channel;
        _template = template;
        _lingerSeconds = template.LingerSeconds;
        _loop = template.Loop;
        _born = _loop.Now;
        _limits = template.Limits;
        _self = Self;
    }

    private ILoggingAdapter Log => _log ??= Context.GetLogger().WithContext(_template.Adoption is not null ? "Adopter" : _template.Connector is null ? "Listener" : "Connector", _self.Path.Parent.Name);

    /// <summary>Asked before there is a logger: an idle connection need not have one.</summary>
    private static bool LogsDebug => Context.System.EventStream.LogLevel <= LogLevel.DebugLevel;

    /// <summary>The connection for logs: whose and which it is, the peer and this end.</summary>
    public override string ToString() => $"{_self.Path.Parent.Name}/{_self.Path.Name} {_channel.RemoteAddress} → {_channel.LocalAddress}";

    protected override SupervisorStrategy SupervisorStrategy() =>
        _template.Handler?.StrategyOf(() => _handlerGivenUp = true) ?? base.SupervisorStrategy();

    protected override void PreStart()
    {
        var result = _channel.Open(new ChannelEventForwarder(_self));
        if (result < 0 && _template.Adoption is { } adoption)
        {
            _phase = ConnectionPhase.Ended;
            adoption.Fail(_self, _channel, (Errno)(-result));
            Context.Stop(_self);
            return;
        }

        _loop.Meters.Opened++;
        _trace = TcpTraces.Begin(_channel, _template.Connector is null ? ActivityKind.Server : ActivityKind.Client);
        if (result < 0)
        {
            End(CloseReason.Error, (Errno)(-result));
            return;
        }

        BeginDeadlines();
        BeginAdopted();
        if (_template.Handler is null)
        {
            WaitFor(_template.Settings.RegisterTimeout);
            _template.Acceptor.Tell(new ListenerProtocol.ConnectionAccepted(_self, _channel.RemoteAddress!, _channel.LocalAddress!), _self);
        }
        else
        {
            RegisterOwn(_template.Handler);
        }
    }

    protected override void PostRestart(Exception reason)
    {
        // Only a restart of the listener can come here, and the instance before has closed the connection.
        _phase = ConnectionPhase.Ended;
        Context.Stop(_self);
    }

    protected override void PostStop()
    {
        if (_phase != ConnectionPhase.Ended)
        {
            EndChannel(_handlerGivenUp ? CloseReason.HandlerFailed : CloseReason.ConnectionStopped, 0);
        }

        EndDeadlines();
    }

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
                OnSent(sent);
                break;
            case ChannelEventForwarder.QueueLow:
                OnQueueLow();
                break;
            case ConnectionProtocol.Read:
                OnRead();
                break;
            case ContinueDelivery:
                OnContinueDelivery();
                break;
            case DeadlineTimer:
                OnDeadline();
                break;
            default:
                OnSeldom(message);
                break;
        }
    }

    private void OnSeldom(object message)
    {
        switch (message)
        {
            case ChannelEventForwarder.EndOfStream:
                OnEndOfStream();
                break;
            case ActorIdentity { MessageId: string asked }:
                OnIdentity(asked);
                break;
            case HandlerAck.Enabled:
                _handlerType = HandlerType.TcpHandler;
                StopAwaitingHandler();
                break;
            case HandlerAck.Ready when _delivery == Delivery.NoHandler && _phase != ConnectionPhase.Ended:
                OnHandlerReady();
                break;
            case HandlerAck.Ended:
                OnHandlerAnswered(ConnectionPhase.Ended);
                break;
            case HandlerAck.Refused refused:
                OnHandlerRefused(refused.Text);
                break;
            case HandlerAck.Resuming resuming:
                OnResuming(resuming.Resumed);
                break;
            case HandlerAck.Failed:
                OnHandlerThrew();
                break;
            case HandlerAck.Stopped stopped:
                OnHandlerStopped(stopped.Threw);
                break;
            case HandlerAck.Restarting restarting:
                OnRestarting(restarting.InTheMiddle);
                break;
            case HandOverNow:
                OnHandOver();
                break;
            case ChannelEventForwarder.Failed failed:
                End(CloseReason.Error, failed.Errno);
                break;
            case Terminated terminated when terminated.ActorRef.Equals(_handler):
                OnHandlerGone();
                break;
            default:
                OnCommand(message);
                break;
        }
    }

    private void RegisterOwn(HandlerTemplate template)
    {
        try
        {
            Register(
                new ConnectionProtocol.Register(Context.ActorOf(template.Props, "handler"), template.KeepOpenOnPeerEof, template.Pull, template.Framing),
                ActorRefs.Nobody);
        }
        catch (Exception failure)
        {
            // Thrown on from here, it would leave the descriptor open: an actor that fails to start has no PostStop.
            LogEvent(Log, LogLevel.ErrorLevel, "has no handler: none can be created", [], failure);
            End(CloseReason.HandlerFailed);
        }
    }

    private void Register(ConnectionProtocol.Register register, IActorRef registrar)
    {
        _handler = register.Handler;
        _registration = (register, registrar);
        _handlerType = HandlerTypes.Of(_handler, _template.Handler?.Props);
        _keepOpenOnPeerEof = register.KeepOpenOnPeerEof;
        _pull = register.Pull;
        if (register.Framing is not null)
        {
            Attach(register.Framing);
        }

        _phase = ConnectionPhase.Open;
        Context.Watch(_handler);
        TellConnected();
        switch (_handlerType)
        {
            case HandlerType.Unknown:
                // Akka itself answers after Connected: by then a TcpHandler has said that it confirms what it processes.
                _handler.Tell(new Identify(nameof(ConnectionProtocol.Connected)), _self);
                break;
            case HandlerType.SupervisedTcpHandler:
                // Its supervisor may have no instance at the moment, or answer for one that has received nothing yet.
                AwaitHandler(HandlerPeriod);
                break;
            case HandlerType.WithStash or HandlerType.Plain:
                OnHandlerAnsweredConnected();
                break;
        }

        if (LogsDebug)
        {
            LogEvent(Log, LogLevel.DebugLevel, "is open, handled by {Handler}", [_handler]);
        }
    }

    private void TellConnected() => _handler.Tell(new ConnectionProtocol.Connected(_self, _channel.RemoteAddress!, _channel.LocalAddress!), _self);

    /// <summary>Logs an event of this connection: its id and its addresses, then the text.</summary>
    private void LogEvent(ILoggingAdapter log, LogLevel level, string text, object[] arguments, Exception? failure = null) => log.Log(
        level,
        failure,
        "{Connection} {RemoteAddress} → {LocalAddress} " + text,
        [$"{_self.Path.Parent.Name}/{_self.Path.Name}", _channel.RemoteAddress!, _channel.LocalAddress!, .. arguments]);
}

/// <summary>What a connection that sends its last bytes does when they are gone.</summary>
internal enum AfterFlush
{
    /// <summary>It ends.</summary>
    End,
    /// <summary>It ends its sending side and goes on receiving until the peer has ended its own (ConfirmedClose).</summary>
    AwaitPeersEnd,
    /// <summary>It hands the socket over (GiveAway).</summary>
    HandOver,
}

/// <summary>
/// Puts what a channel has to tell into its actor's mailbox, so that the actor processes it as any message:
/// a <see cref="Received"/>, the <see cref="PendingAck"/> itself, and the messages below.
/// </summary>
internal sealed class ChannelEventForwarder(IActorRef actor) : IChannelOwner
{
    public void OnReceived(in SlabSlice bytes) => actor.Tell(Received.Incoming(bytes), ActorRefs.NoSender);

    public void OnEndOfStream() => actor.Tell(EndOfStream.Instance, ActorRefs.NoSender);

    public void OnSent(object tag)
    {
        var pending = (PendingAck)tag;
        pending.IsSent = true;
        actor.Tell(pending, ActorRefs.NoSender);
    }

    public void OnQueueLow() => actor.Tell(QueueLow.Instance, ActorRefs.NoSender);

    public void OnFailed(Errno errno) => actor.Tell(new Failed(errno), ActorRefs.NoSender);

    internal sealed class EndOfStream : INoSerializationVerificationNeeded
    {
        public static readonly EndOfStream Instance = new();
    }

    internal sealed class QueueLow : INoSerializationVerificationNeeded
    {
        public static readonly QueueLow Instance = new();
    }

    internal sealed record Failed(Errno Errno) : INoSerializationVerificationNeeded;
}

/// <summary>
/// Where a <see cref="ConnectionActor"/> is in its life.
/// <code>
/// Registering ──Register──▶ Open ──peer's end──▶ EndAhead ──all told──▶ PeerEnded
///      │                     │                      │                       │ handler has answered, or Close
///      │                     └────────Close─────────┴───────────────────────┴──▶ Flushing ──all sent──┬──▶ Ended
///      │                                                      ConfirmedClose, all sent: AwaitingEnd ──┤
///      │          Open, EndAhead ──no frame──▶ BadFrame ──handler has answered, or Close──▶ Flushing    │
///      └────────── time-out, error, Abort: from anywhere ─────────────────────────────────────────────┘
/// Flushing ──all sent, SO_LINGER has a time──▶ Lingering ──all acknowledged, or the time is over──▶ Ended
/// Open ──the handler refused──▶ Registering
/// </code>
/// </summary>
internal enum ConnectionPhase
{
    /// <summary>It has no handler yet and reads nothing.</summary>
    Registering,
    /// <summary>Both directions work.</summary>
    Open,
    /// <summary>The peer has ended its side, and the handler has still to be told bytes that came before.</summary>
    EndAhead,
    /// <summary>The handler has been told that the peer has ended its side; it may still send.</summary>
    PeerEnded,
    /// <summary>The peer sent what is no frame, and the handler has been told; it may still send.</summary>
    BadFrame,
    /// <summary>It takes nothing more and goes on when what waits is sent.</summary>
    Flushing,
    /// <summary>All is sent; it waits until the peer has acknowledged it, as long as SO_LINGER says.</summary>
    Lingering,
    /// <summary>Its own side is ended and it waits for the peer's end.</summary>
    AwaitingEnd,
    /// <summary>The descriptor is closed and Closed is told; a handler of its own may still be at its last messages.</summary>
    Ended,
}

/// <summary>The one timer of a connection's deadlines: when it is due it goes into the actor's mailbox.</summary>
internal sealed class DeadlineTimer(IActorRef connection) : LoopTimer, INoSerializationVerificationNeeded
{
    public override void OnDue() => connection.Tell(this, ActorRefs.NoSender);
}

/// <summary>
/// What a connection's handler has of the received bytes.
/// <code>
/// NoHandler ──answered Connected──▶ Idle ──Received──▶ Told ──taken──▶ Idle
///                                     │                 │ threw, or restarted in the middle of it
///                                     │ restarted       ▼
///                                     └──Resumed──▶ Resuming ──taken──▶ Idle
///                     Told ──restarted over something else──▶ ResumingThenTold ──taken──▶ Told
/// Resuming, ResumingThenTold ──threw, or restarted in the middle of Resumed──▶ the same, told again
/// NoHandler ──restarted over Connected──▶ Resuming
/// Idle ──PeerEof or FrameFailed──▶ EndTold ──taken──▶ Idle, or ──restarted──▶ Resuming
/// any ──the instance stopped, its supervisor lives──▶ Resuming, or, from Told, ResumingThenTold
/// </code>
/// Idle ──a window of Received, to a handler that does not confirm──▶ WindowFull ──answered the probe──▶ Idle
/// </summary>
internal enum Delivery
{
    /// <summary>There is no handler, or it has not answered Connected.</summary>
    NoHandler,
    /// <summary>It may be told what comes next.</summary>
    Idle,
    /// <summary>It has been told bytes and has not confirmed them.</summary>
    Told,
    /// <summary>It has been told that the peer's bytes have ended, well or not, and has not confirmed it.</summary>
    EndTold,
    /// <summary>It does not confirm, and has not answered the probe after the messages that fill its window.</summary>
    WindowFull,
    /// <summary>It has been told Resumed and has not confirmed it.</summary>
    Resuming,
    /// <summary>As Resuming, and the bytes it was told before are told again afterwards, because it never got to them.</summary>
    ResumingThenTold,
}

/// <summary>Which directions of a connection have ended.</summary>
[Flags]
internal enum ShutdownSides
{
    None = 0,
    /// <summary>The end of what the peer sends has been received.</summary>
    Receiving = 1,
    /// <summary>The sending side has been shut down, or will be behind what waits.</summary>
    Sending = 2,
    /// <summary>The receiving side has been shut down here: what the peer sends is dropped, until its end.</summary>
    Dropping = 4,
}
