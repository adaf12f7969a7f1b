using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using ActorTcp.Polling;
using ActorTcp.Sockets;

namespace ActorTcp.Actors;

/// <summary>
/// Owns one connection: its descriptor, its unread and unsent bytes and, where the listener was given Props, its handler.
/// Lives on the poll loop that has the descriptor. For its phases see <see cref="ConnectionPhase"/>, for its messages
/// <see cref="ConnectionProtocol"/>. This part has its life; what it reads, sends and answers stand in the others.
/// </summary>
internal sealed partial class ConnectionActor : UntypedActor
{
    private readonly IChannel _channel;
    private readonly PollLoop _loop;
    private readonly ConnectionTemplate _template;
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

    public ConnectionActor(IChannel channel, ConnectionTemplate template)
    {
        _channel = channel;
        _template = template;
        _loop = template.Loop;
        _born = _loop.Now;
        _limits = template.Limits;
        _self = Self;
    }

    private ILoggingAdapter Log => _log ??= Context.GetLogger().WithContext(_template.Connector is null ? "Listener" : "Connector", _self.Path.Parent.Name);

    /// <summary>Asked before there is a logger: an idle connection need not have one.</summary>
    private static bool LogsDebug => Context.System.EventStream.LogLevel <= LogLevel.DebugLevel;

    /// <summary>The connection for logs: whose and which it is, the peer and this end.</summary>
    public override string ToString() => $"{_self.Path.Parent.Name}/{_self.Path.Name} {_channel.RemoteAddress} → {_channel.LocalAddress}";

    protected override SupervisorStrategy SupervisorStrategy() =>
        _template.Handler?.StrategyOf(() => _handlerGivenUp = true) ?? base.SupervisorStrategy();

    protected override void PreStart()
    {
        _loop.Meters.Opened++;
        _trace = TcpTraces.Begin(_channel, _template.Connector is null ? ActivityKind.Server : ActivityKind.Client);
        var result = _channel.Open(new ChannelMailbox(_self));
        if (result < 0)
        {
            End(CloseReason.Error, (Errno)(-result));
            return;
        }

        BeginDeadlines();
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
                break;
            case Send send:
                OnSend(send);
                break;
            case HandlerAck.Completed completed:
                OnCompleted(completed.Resumed);
                break;
            case PendingSend sent:
                OnSent(sent);
                break;
            case ChannelMailbox.QueueLow:
                OnQueueLow();
                break;
            case ConnectionProtocol.Read:
                OnRead();
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
            case ChannelMailbox.EndOfStream:
                OnEndOfStream();
                break;
            case ActorIdentity { MessageId: string asked }:
                OnIdentity(asked);
                break;
            case HandlerAck.Enabled:
                _confirms = true;
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
            case ChannelMailbox.Failed failed:
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
        var connected = new ConnectionProtocol.Connected(_self, _channel.RemoteAddress!, _channel.LocalAddress!);
        _handler.Tell(connected, _self);
        if (_handlerType == HandlerType.Unknown)
        {
            // Akka itself answers after Connected: by then a TcpHandler has said that it confirms what it processes.
            _handler.Tell(new Identify(nameof(ConnectionProtocol.Connected)), _self);
        }
        else if (_handlerType != HandlerType.TcpHandler)
        {
            OnHandlerAnsweredConnected();
        }

        if (LogsDebug)
        {
            LogEvent(Log, LogLevel.DebugLevel, "is open, handled by {Handler}", [_handler]);
        }
    }

    /// <summary>Logs an event of this connection: its id and its addresses, then the text.</summary>
    private void LogEvent(ILoggingAdapter log, LogLevel level, string text, object[] arguments, Exception? failure = null) => log.Log(
        level,
        failure,
        "{Connection} {RemoteAddress} → {LocalAddress} " + text,
        [$"{_self.Path.Parent.Name}/{_self.Path.Name}", _channel.RemoteAddress!, _channel.LocalAddress!, .. arguments]);
}
