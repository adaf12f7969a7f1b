using Akka.Actor;
using Akka.Event;
using ActorTcp.Buffers;
using ActorTcp.Polling;
using ActorTcp.Sockets;

namespace ActorTcp.Actors;

/// <summary>
/// Owns one connection: its descriptor, its unsent bytes and, where the listener was given Props, its handler. Lives on
/// the poll loop that has the descriptor. For its phases see <see cref="ConnectionPhase"/>, for its messages
/// <see cref="ConnectionProtocol"/>.
/// </summary>
internal sealed class ConnectionActor : UntypedActor
{
    /// <summary>A handler that fails is restarted, and given up when it fails ten times a minute.</summary>
    private static readonly SupervisorStrategy HandlerStrategy =
        new OneForOneStrategy(10, TimeSpan.FromMinutes(1), Akka.Actor.SupervisorStrategy.DefaultDecider);

    private readonly IChannel _channel;
    private readonly ConnectionSettings _settings;
    private readonly Props? _handlerProps;
    private readonly IActorRef _acceptor;
    private readonly IActorRef _self;
    private readonly Queue<PendingSend> _pending = new(0);
    private IActorRef _handler = ActorRefs.Nobody;
    private ILoggingAdapter? _log;
    private ConnectionPhase _phase = ConnectionPhase.Registering;
    private CloseReason _flushReason;
    private long _received;
    private bool _keepOpenOnPeerEof;
    private bool _readingRests;

    public ConnectionActor(IChannel channel, ConnectionSettings settings, Props? handlerProps, IActorRef acceptor)
    {
        _channel = channel;
        _settings = settings;
        _handlerProps = handlerProps;
        _acceptor = acceptor;
        _self = Self;
    }

    private ILoggingAdapter Log => _log ??= Context.GetLogger();

    protected override SupervisorStrategy SupervisorStrategy() => HandlerStrategy;

    protected override void PreStart()
    {
        var result = _channel.Open(new ChannelMailbox(_self));
        if (result < 0)
        {
            End(CloseReason.Error, (Errno)(-result));
            return;
        }

        if (_handlerProps is null)
        {
            Context.SetReceiveTimeout(_settings.RegisterTimeout);
            _acceptor.Tell(new ListenerProtocol.ConnectionAccepted(_self, _channel.RemoteAddress!, _channel.LocalAddress!), _self);
        }
        else
        {
            Register(Context.ActorOf(_handlerProps, "handler"), false);
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Lease lease:
                OnReceived(lease);
                break;
            case Send send:
                OnSend(send);
                break;
            case PendingSend sent:
                OnSent(sent);
                break;
            case ChannelMailbox.QueueLow:
                OnQueueLow();
                break;
            case ChannelMailbox.EndOfStream:
                OnEndOfStream();
                break;
            case ActorIdentity identity when identity.MessageId is ConnectionProtocol.PeerEof:
                OnHandlerAnsweredEof();
                break;
            case ChannelMailbox.Failed failed:
                End(CloseReason.Error, failed.Errno);
                break;
            default:
                OnSeldom(message);
                break;
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

    private void OnSeldom(object message)
    {
        switch (message)
        {
            case ConnectionProtocol.Close:
                Flush(CloseReason.Closed);
                break;
            case ConnectionProtocol.Abort:
                End(CloseReason.Aborted);
                break;
            case ConnectionProtocol.Register register when _phase == ConnectionPhase.Registering:
                Context.SetReceiveTimeout(null);
                Register(register.Handler, register.KeepOpenOnPeerEof);
                break;
            case Terminated terminated when terminated.ActorRef.Equals(_handler):
                OnHandlerStopped();
                break;
            case ReceiveTimeout when _phase == ConnectionPhase.Registering:
                End(CloseReason.NotRegistered);
                break;
            case ReceiveTimeout when _phase == ConnectionPhase.Ended:
                Log.Warning("The handler of {0} did not end in {1} behind Closed and is stopped", this, _settings.HandlerStopTimeout);
                Context.Stop(_self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Register(IActorRef handler, bool keepOpenOnPeerEof)
    {
        _handler = handler;
        _keepOpenOnPeerEof = keepOpenOnPeerEof;
        _phase = ConnectionPhase.Open;
        Context.Watch(handler);
        handler.Tell(new ConnectionProtocol.Connected(_self, _channel.RemoteAddress!, _channel.LocalAddress!), _self);
        _channel.ResumeReading();
        Log.Debug("{0} is open, handled by {1}", this, handler);
    }

    private void OnReceived(Lease lease)
    {
        if (_phase != ConnectionPhase.Open)
        {
            lease.Release();
            return;
        }

        var offset = _received;
        _received += lease.Length;
        _handler.Tell(Received.Of(lease, offset), _self);
    }

    private void OnSend(Send send)
    {
        var length = send.Memory.Length;
        if (_phase is not (ConnectionPhase.Open or ConnectionPhase.PeerEnded))
        {
            Refuse(send, _phase == ConnectionPhase.Registering ? Errno.ENOTCONN : Errno.EPIPE);
        }
        else if (_channel.QueuedBytes + length > _settings.SendQueueBytes)
        {
            Refuse(send, Errno.ENOBUFS);
        }
        else
        {
            PendingSend? pending = null;
            if (send.Token is { } token)
            {
                pending = new PendingSend(token, Sender);
                _pending.Enqueue(pending);
            }

            _channel.Send(new OutboundSegment(send.Memory, send.Lease, pending));
            if (_channel.QueuedBytes > _settings.SendQueueHigh && !_readingRests)
            {
                _readingRests = true;
                _channel.PauseReading();
                _channel.NotifyQueueLow(_settings.SendQueueLow);
            }
        }
    }

    private void Refuse(Send send, Errno errno)
    {
        send.Lease?.Release();
        if (_phase == ConnectionPhase.Ended && send.Token is null)
        {
            // Closed was the last that is told, but for an outcome that was asked for.
            return;
        }

        var text = errno switch
        {
            Errno.ENOBUFS => $"{send} would exceed the send queue: {_channel.QueuedBytes} of {_settings.SendQueueBytes} bytes wait",
            Errno.ENOTCONN => $"{send} before a handler is registered",
            _ => $"{send} on a connection that is closing",
        };
        Sender.Tell(new ConnectionProtocol.SendFailed(send.Token, errno, text), _self);
    }

    private void OnSent(PendingSend sent)
    {
        if (_phase == ConnectionPhase.Ended)
        {
            return;
        }

        var first = _pending.Dequeue();
        System.Diagnostics.Debug.Assert(ReferenceEquals(first, sent), "sends finish in their order");
        first.Sender.Tell(new ConnectionProtocol.Sent(first.Token), _self);
    }

    private void OnQueueLow()
    {
        if (_phase == ConnectionPhase.Flushing)
        {
            End(_flushReason);
        }
        else if (_readingRests)
        {
            _readingRests = false;
            _channel.ResumeReading();
        }
    }

    private void OnEndOfStream()
    {
        if (_phase != ConnectionPhase.Open)
        {
            return;
        }

        _phase = ConnectionPhase.PeerEnded;
        _handler.Tell(ConnectionProtocol.PeerEof.Instance, _self);
        if (!_keepOpenOnPeerEof)
        {
            // Answered by Akka itself behind everything that the handler has been told before, so that what it
            // sends in answer to the last bytes is here by then.
            _handler.Tell(new Identify(ConnectionProtocol.PeerEof.Instance), _self);
        }
    }

    private void OnHandlerAnsweredEof()
    {
        if (_phase == ConnectionPhase.PeerEnded)
        {
            Flush(CloseReason.PeerClosed);
        }
    }

    private void OnHandlerStopped()
    {
        if (_phase == ConnectionPhase.Ended)
        {
            Context.Stop(_self);
            return;
        }

        _handler = ActorRefs.Nobody;
        Flush(CloseReason.HandlerStopped);
    }

    private void Flush(CloseReason reason)
    {
        if (_phase is ConnectionPhase.Flushing or ConnectionPhase.Ended)
        {
            return;
        }

        if (_channel.QueuedBytes == 0)
        {
            End(reason);
            return;
        }

        _phase = ConnectionPhase.Flushing;
        _flushReason = reason;
        _channel.PauseReading();
        _channel.NotifyQueueLow(0);
    }

    private void End(CloseReason reason, Errno errno = 0)
    {
        if (_phase == ConnectionPhase.Ended)
        {
            return;
        }

        _phase = ConnectionPhase.Ended;
        var unsent = _channel.QueuedBytes;
        _channel.Close(reset: reason is CloseReason.Aborted or CloseReason.Error or CloseReason.ConnectionStopped);
        TellOutcomes(errno);
        var text = errno == 0 ? Describe(reason) : Tcp.ErrorText(errno);
        _handler.Tell(new ConnectionProtocol.Closed(reason, errno, text, unsent), _self);
        Log.Debug("{0} has ended: {1}, {2} bytes received, {3} bytes unsent", this, text, _received, unsent);
        StopBehindHandler();
    }

    private void TellOutcomes(Errno errno)
    {
        while (_pending.TryDequeue(out var pending))
        {
            object outcome = pending.IsSent
                ? new ConnectionProtocol.Sent(pending.Token)
                : new ConnectionProtocol.SendFailed(pending.Token, errno == 0 ? Errno.EPIPE : errno, "The connection ended before all of it was sent");
            pending.Sender.Tell(outcome, _self);
        }
    }

    /// <summary>A handler that this actor made would be cut off before Closed if this actor stopped at once.</summary>
    private void StopBehindHandler()
    {
        if (_handlerProps is not null && !_handler.IsNobody())
        {
            _handler.Tell(PoisonPill.Instance, _self);
            Context.SetReceiveTimeout(_settings.HandlerStopTimeout);
        }
        else
        {
            Context.Stop(_self);
        }
    }

    private static string Describe(CloseReason reason) => reason switch
    {
        CloseReason.PeerClosed => "closed by the peer",
        CloseReason.Closed => "closed",
        CloseReason.Aborted => "aborted",
        CloseReason.NotRegistered => "no handler was registered in time",
        CloseReason.HandlerStopped => "the handler stopped",
        CloseReason.ConnectionStopped => "the connection's actor was stopped",
        _ => "failed",
    };

    /// <summary>The connection for logs: both addresses.</summary>
    public override string ToString() => $"{_channel.RemoteAddress} → {_channel.LocalAddress}";
}
