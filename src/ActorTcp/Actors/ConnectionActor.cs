using Akka.Actor;
using Akka.Event;
using ActorTcp.Buffers;
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
    private readonly ConnectionSettings _settings;
    private readonly HandlerTemplate? _template;
    private readonly IActorRef _acceptor;
    private readonly IActorRef _self;
    private readonly long _born = Environment.TickCount64;
    private IActorRef _handler = ActorRefs.Nobody;
    private ILoggingAdapter? _log;
    private ConnectionLimits _limits;
    private ConnectionPhase _phase = ConnectionPhase.Registering;
    private CloseReason _flushReason;
    private IActorRef _taker = ActorRefs.Nobody;
    private bool _keepOpenOnPeerEof;
    private bool _handlerFailed;

    public ConnectionActor(IChannel channel, PollLoop loop, ConnectionSettings settings, HandlerTemplate? template, IActorRef acceptor)
    {
        _channel = channel;
        _loop = loop;
        _settings = settings;
        _limits = settings.Limits;
        _template = template;
        _acceptor = acceptor;
        _self = Self;
    }

    private ILoggingAdapter Log => _log ??= Context.GetLogger();

    /// <summary>The connection for logs: both addresses.</summary>
    public override string ToString() => $"{_channel.RemoteAddress} → {_channel.LocalAddress}";

    protected override SupervisorStrategy SupervisorStrategy() => 
        _template?.StrategyOf(() => _handlerFailed = true) ?? base.SupervisorStrategy();

    protected override void PreStart()
    {
        var result = _channel.Open(new ChannelMailbox(_self));
        if (result < 0)
        {
            End(CloseReason.Error, (Errno)(-result));
            return;
        }

        BeginDeadlines();
        if (_template is null)
        {
            Context.SetReceiveTimeout(_settings.RegisterTimeout);
            _acceptor.Tell(new ListenerProtocol.ConnectionAccepted(_self, _channel.RemoteAddress!, _channel.LocalAddress!), _self);
        }
        else
        {
            Register(new ConnectionProtocol.Register(
                Context.ActorOf(_template.Props, "handler"), _template.KeepOpenOnPeerEof, _template.Pull));
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
            End(CloseReason.ConnectionStopped);
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Lease lease:
                OnLease(lease);
                break;
            case Send send:
                OnSend(send);
                break;
            case HandlerSignal.Taken:
                OnTaken();
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
            case ActorIdentity identity when identity.MessageId is ConnectionProtocol.Connected:
                OnHandlerAnsweredConnected();
                break;
            case ActorIdentity identity when identity.MessageId is ConnectionProtocol.PeerEof:
                OnHandlerAnsweredEof();
                break;
            case HandlerSignal.Confirms:
                _confirms = true;
                break;
            case HandlerSignal.Threw:
                OnThrew();
                break;
            case HandlerSignal.Restarting restarting:
                OnRestarting(restarting.OverReceived);
                break;
            case ChannelMailbox.Failed failed:
                End(CloseReason.Error, failed.Errno);
                break;
            case Terminated terminated when terminated.ActorRef.Equals(_handler):
                OnHandlerGone();
                break;
            case ReceiveTimeout when _phase == ConnectionPhase.Registering:
                End(CloseReason.NotRegistered);
                break;
            case ReceiveTimeout when _phase == ConnectionPhase.Ended:
                Log.Warning("The handler of {0} did not end in {1} behind Closed and is stopped", this, _settings.HandlerStopTimeout);
                Context.Stop(_self);
                break;
            default:
                OnCommand(message);
                break;
        }
    }

    private void Register(ConnectionProtocol.Register register)
    {
        _handler = register.Handler;
        _keepOpenOnPeerEof = register.KeepOpenOnPeerEof;
        _pull = register.Pull;
        _phase = ConnectionPhase.Open;
        Context.Watch(_handler);
        var connected = new ConnectionProtocol.Connected(_self, _channel.RemoteAddress!, _channel.LocalAddress!);
        _handler.Tell(connected, _self);
        // Akka itself answers behind Connected: by then a TcpHandler has said that it confirms what it takes.
        _handler.Tell(new Identify(connected), _self);
        Log.Debug("{0} is open, handled by {1}", this, _handler);
    }

    private void OnHandlerGone()
    {
        if (_phase == ConnectionPhase.Ended)
        {
            Context.Stop(_self);
            return;
        }

        _handler = ActorRefs.Nobody;
        Flush(_handlerFailed ? CloseReason.HandlerFailed : CloseReason.HandlerStopped);
    }

    /// <summary>Sends what waits, then ends.</summary>
    private void Flush(CloseReason reason)
    {
        if (_phase is ConnectionPhase.Flushing or ConnectionPhase.AwaitingEnd or ConnectionPhase.Ended)
        {
            return;
        }

        _phase = ConnectionPhase.Flushing;
        _flushReason = reason;
        if (_channel.QueuedBytes == 0)
        {
            OnFlushed();
            return;
        }

        _channel.PauseReading();
        _channel.NotifyQueueLow(0);
    }

    private void OnFlushed()
    {
        if (_flushReason == CloseReason.GivenAway)
        {
            var socket = _channel.HandOver();
            if (socket is not null)
            {
                _taker.Tell(new ConnectionProtocol.HandedOver(socket, TakeUnread(), _channel.RemoteAddress!), _self);
            }
        }
        else if (_confirmedClose && !_endSeen)
        {
            _ = _channel.Shutdown(ShutdownHow.Write);
            _phase = ConnectionPhase.AwaitingEnd;
            Rest(ReadRest.None);
            TellUnread();
            return;
        }

        End(_flushReason);
    }

    private void End(CloseReason reason, Errno errno = 0)
    {
        if (_phase == ConnectionPhase.Ended)
        {
            return;
        }

        _phase = ConnectionPhase.Ended;
        EndDeadlines();
        var unsent = _channel.QueuedBytes;
        _channel.Close(reset: reason is not (CloseReason.PeerClosed or CloseReason.Closed or CloseReason.HandlerStopped or CloseReason.HandlerFailed));
        ReleaseUnread();
        TellOutcomes(errno);
        var text = errno == 0 ? reason.Text() : Tcp.ErrorText(errno);
        var closed = new ConnectionProtocol.Closed(reason, errno, text, unsent);
        _handler.Tell(closed, _self);
        Context.System.EventStream.Publish(new ListenerProtocol.ConnectionClosed(_self, _channel.RemoteAddress!, closed));
        Log.Debug("{0} has ended: {1}; {2} bytes received, {3} sent, {4} unsent", this, text, _received, _channel.SentBytes, unsent);
        StopBehindHandler();
    }

    /// <summary>A handler that this actor made would be cut off before Closed if this actor stopped at once.</summary>
    private void StopBehindHandler()
    {
        if (_template is not null && !_handler.IsNobody())
        {
            _handler.Tell(PoisonPill.Instance, _self);
            Context.SetReceiveTimeout(_settings.HandlerStopTimeout);
        }
        else
        {
            Context.Stop(_self);
        }
    }
}
