using ActorTcp.Diagnostics;
using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Connections;

/// <summary>What a connection is told seldom: closing, options, limits, description.</summary>
internal sealed partial class ConnectionActor
{
    private void OnCommand(object message)
    {
        switch (message)
        {
            case ConnectionProtocol.Register register when _phase == ConnectionPhase.Registering:
                Register(register, Sender);
                break;
            case ConnectionProtocol.Register register:
                Sender.Tell(
                    new ConnectionProtocol.RegisterFailed(
                        register,
                        IsClosing ? Errno.ENOTCONN : Errno.EISCONN,
                        IsClosing ? $"{this} is closing" : $"{this} is handled by {_handler} already"),
                    _self);
                break;
            case ConnectionProtocol.Describe:
                Sender.Tell(Describe(), _self);
                break;
            case ConnectionProtocol.Close:
                OnClose();
                break;
            case ConnectionProtocol.Abort:
                End(CloseReason.Aborted);
                break;
            case ConnectionProtocol.SetLimits set:
                Sender.Tell(Changed(set), _self);
                break;
            case HandlerAck:
                // Of an instance that is gone, or to a connection that has ended.
                break;
            default:
                OnOpenCommand(message);
                break;
        }
    }

    private void OnOpenCommand(object message)
    {
        if (IsClosing)
        {
            OnLateCommand(message);
            return;
        }

        switch (message)
        {
            case ConnectionProtocol.SuspendReading:
                Rest(_rest | ReadPauseReasons.Suspended);
                break;
            case ConnectionProtocol.ResumeReading:
                Rest(_rest & ~ReadPauseReasons.Suspended);
                TellUnread();
                break;
            case ConnectionProtocol.Flush flush:
                AskForOutcome(flush);
                break;
            case ConnectionProtocol.Shutdown shutdown:
                OnShutdown(shutdown);
                break;
            case ConnectionProtocol.ConfirmedClose:
                Flush(CloseReason.Closed, AfterFlush.AwaitPeersEnd);
                break;
            case ConnectionProtocol.GiveAway giveAway:
                _taker = giveAway.Taker;
                Flush(CloseReason.GivenAway, AfterFlush.HandOver);
                break;
            case ConnectionProtocol.SetFraming set:
                OnSetFraming(set);
                break;
            case ConnectionProtocol.SetOption set:
                var errno = _channel.SetOption(set.Option);
                if (errno == 0 && set.Option is SocketOption.Linger linger)
                {
                    _lingerSeconds = linger.OnOff ? linger.Time : 0;
                }

                Sender.Tell(errno == 0 ? new ConnectionProtocol.OptionSet(set.Option) : Failed(set, errno), _self);
                break;
            case ConnectionProtocol.GetOption get:
                errno = _channel.TryGet(get.Value, out var result);
                Sender.Tell(errno == 0 ? new ConnectionProtocol.OptionValue(get.Value, result!) : Failed(get, errno), _self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>A command that wants an answer gets one on a connection that is closing, too.</summary>
    private void OnLateCommand(object message)
    {
        switch (message)
        {
            case ConnectionProtocol.SetOption or ConnectionProtocol.GetOption or ConnectionProtocol.SetFraming:
                Sender.Tell(Failed(message, Errno.EBADF), _self);
                break;
            case ConnectionProtocol.Flush flush:
                Sender.Tell(new ConnectionProtocol.SendFailed(flush.Token, Errno.EPIPE, "Flush on a connection that is closing"), _self);
                break;
            case ConnectionProtocol.Shutdown shutdown:
                Sender.Tell(new ConnectionProtocol.ShutdownDone(shutdown.How, Errno.ENOTCONN), _self);
                break;
            case ConnectionProtocol.GiveAway giveAway:
                giveAway.Taker.Tell(new ConnectionProtocol.GiveAwayFailed(Errno.EBADF, $"{this} is closing"), _self);
                break;
            case ConnectionProtocol.SuspendReading or ConnectionProtocol.ResumeReading or ConnectionProtocol.ConfirmedClose:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void Unhandled(object message)
    {
        base.Unhandled(message);
        UnknownMessages.Answer(message, Context, $"{this}");
    }

    /// <summary>The handler that was registered has another connection. This one waits for the next Register, as long as for the first.</summary>
    private void OnHandlerRefused(string text)
    {
        if (_phase == ConnectionPhase.Ended)
        {
            return;
        }

        if (_phase != ConnectionPhase.Open || _delivery != Delivery.NoHandler || _registration.Registrar.IsNobody())
        {
            LogEvent(Log, LogLevel.ErrorLevel, "cannot be handled: {Text}", [text]);
            End(CloseReason.HandlerFailed);
            return;
        }

        var (register, registrar) = _registration;
        Context.Unwatch(_handler);
        _handler = ActorRefs.Nobody;
        _phase = ConnectionPhase.Registering;
        registrar.Tell(new ConnectionProtocol.RegisterFailed(register, Errno.EBUSY, text), _self);
        LogEvent(Log, LogLevel.WarningLevel, "has no handler: {Text}", [text]);
        WaitFor(_template.Settings.RegisterTimeout);
    }

    private object Changed(ConnectionProtocol.SetLimits set)
    {
        var broken = set.Limits.BrokenRules().ToList();
        if (broken.Count > 0)
        {
            return new ConnectionProtocol.OptionFailed(set, Errno.EINVAL, string.Join("; ", broken));
        }

        _limits = set.Limits;
        if (_phase != ConnectionPhase.Ended)
        {
            BeginDeadlines();
            OnMarksChanged();
            TellUnread();
        }

        return new ConnectionProtocol.LimitsSet(_limits);
    }

    private static ConnectionProtocol.OptionFailed Failed(object command, Errno errno) =>
        new(command, errno, $"{command}: {Tcp.ErrorText(errno)} ({errno})");

    private ConnectionDescription Describe()
    {
        var (roundTrip, retransmits) = _channel.Path();
        var state = _channel.TryGet(SocketValue.State, out var value) == 0 ? (TcpState)value! : TcpState.Closed;
        return new ConnectionDescription(
            _self,
            _handler,
            _channel.LocalAddress!,
            _channel.RemoteAddress!,
            _phase.ToString(),
            state,
            _received,
            _channel.SentBytes,
            _channel.QueuedBytes,
            _reader?.Unread ?? 0,
            TimeSpan.FromMilliseconds(_loop.Now - _born),
            roundTrip,
            retransmits);
    }
}
