using ActorTcp.Framing;
using ActorTcp.Sockets;
using Akka.Event;

namespace ActorTcp.Connections;

/// <content>Commands: closing, options, limits, description.</content>
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
                        _phase.IsClosing() ? Errno.ENOTCONN : _phase == ConnectionPhase.Handshaking ? Errno.EAGAIN : Errno.EISCONN,
                        _phase.IsClosing() ? $"{this} is closing"
                        : _phase == ConnectionPhase.Handshaking ? $"{this} has not completed its handshake"
                        : $"{this} is handled by {_handler.Actor} already"),
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
            case SetReceiveRates set:
                OnSetReceiveRates(set.Rates);
                break;
            default:
                OnOpenCommand(message);
                break;
        }
    }

    private void OnOpenCommand(object message)
    {
        if (_phase.IsClosing())
        {
            OnLateCommand(message);
            return;
        }

        switch (message)
        {
            case ConnectionProtocol.SuspendReading:
                Pause(ReadPauseReasons.Suspended);
                break;
            case ConnectionProtocol.ResumeReading:
                Resume(ReadPauseReasons.Suspended);
                DeliverBuffered();
                break;
            case ConnectionProtocol.Flush flush:
                OnNotice(_write.Queue(flush, Sender));
                break;
            case ConnectionProtocol.Shutdown shutdown:
                OnShutdown(shutdown);
                break;
            case ConnectionProtocol.ConfirmedClose:
                Flush(new FlushPlan(CloseReason.Closed, AfterFlush.HalfClose));
                break;
            case ConnectionProtocol.Detach detach when !_channel.CanDetach:
                detach.Taker.Tell(new ConnectionProtocol.DetachFailed(Errno.EOPNOTSUPP, $"{this} cannot be detached: its socket is useless without its TLS session"), _self);
                break;
            case ConnectionProtocol.Detach detach:
                Flush(new FlushPlan(CloseReason.Detached, AfterFlush.Detach, detach.Taker));
                break;
            case ConnectionProtocol.StartTls start:
                OnStartTls(start);
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
                Sender.Tell(errno == 0 ? new ConnectionProtocol.OptionValue(new SocketReading(get.Value, result!)) : Failed(get, errno), _self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Answers a command on a connection that is closing, if the command has an answer.</summary>
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
            case ConnectionProtocol.StartTls start:
                start.Reply?.Drop();
                Sender.Tell(new ConnectionProtocol.TlsFailed(Errno.ENOTCONN, $"{this} is closing"), _self);
                break;
            case ConnectionProtocol.Shutdown shutdown:
                Sender.Tell(new ConnectionProtocol.ShutdownDone(shutdown.How, Errno.ENOTCONN), _self);
                break;
            case ConnectionProtocol.Detach detach:
                detach.Taker.Tell(new ConnectionProtocol.DetachFailed(Errno.EBADF, $"{this} is closing"), _self);
                break;
            case ConnectionProtocol.SuspendReading or ConnectionProtocol.ResumeReading or ConnectionProtocol.ConfirmedClose:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private object Changed(ConnectionProtocol.SetLimits set)
    {
        var broken = set.Limits.BrokenRules().ToList();
        if (broken.Count > 0)
        {
            return new ConnectionProtocol.OptionFailed(set, Errno.EINVAL, string.Join("; ", broken));
        }

        _read.Limits = _write.Limits = _deadlines.Limits = set.Limits;
        if (_phase != ConnectionPhase.Ended)
        {
            _deadlines.Schedule(_loop.Now);
            OnMarksChanged();
            DeliverBuffered();
        }

        return new ConnectionProtocol.LimitsSet(set.Limits);
    }

    private void OnSetFraming(ConnectionProtocol.SetFraming set)
    {
        if (_phase == ConnectionPhase.BadFrame)
        {
            Sender.Tell(new ConnectionProtocol.OptionFailed(set, Errno.EINVAL, $"{this} is ending: {_frameFailed!.Error}"), _self);
            return;
        }

        try
        {
            Attach(set.Framing);
        }
        catch (Exception failure)
        {
            LogEvent(Log, LogLevel.ErrorLevel, "keeps its framing: {Framing} has no decoder or no encoder for it", [set.Framing!], failure);
            Sender.Tell(new ConnectionProtocol.OptionFailed(set, Errno.EINVAL, $"{set.Framing} failed: {failure.Message}"), _self);
            return;
        }

        Sender.Tell(new ConnectionProtocol.FramingSet(set.Framing, _read.DecoderOffset), _self);
        _deadlines.ForgetFrame();
        DeliverBuffered();
    }

    /// <summary>
    /// Replaces the framing, from the first byte that the handler has not received and from the next Send on. An exception of the framing changes nothing.
    /// </summary>
    private void Attach(IFraming? framing)
    {
        var decoder = framing?.CreateDecoder();
        var encoder = framing?.CreateEncoder();
        _write.Attach(framing, encoder);
        _read.Attach(decoder);
    }

    private static ConnectionProtocol.OptionFailed Failed(object command, Errno errno) =>
        new(command, errno, $"{command}: {Tcp.ErrorText(errno)} ({errno})");

    private ConnectionProtocol.Connected ConnectedOf() => new(_self, _channel.RemoteAddress!, _channel.LocalAddress!)
    {
        Tls = _channel.Tls,
        PeerCredentials = PeerCredentials,
        ProxyHeader = _channel.ProxyHeader,
        ProxyAddress = _channel.ProxyAddress,
    };

    private bool IsUnix => _channel.LocalAddress is { IsUnix: true };

    private PeerCredentials? PeerCredentials => IsUnix && _channel.TryGet(SocketValue.PeerCredentials, out var value) == 0 ? (PeerCredentials)value! : null;

    private ConnectionDescription Describe()
    {
        var (roundTrip, retransmits) = _channel.Path();
        var state = IsUnix ? (_phase == ConnectionPhase.Ended ? TcpState.Closed : TcpState.Established)
            : _channel.TryGet(SocketValue.State, out var value) == 0 ? (TcpState)value!
            : TcpState.Closed;
        return new ConnectionDescription(
            _self,
            _handler.Actor,
            _channel.LocalAddress!,
            _channel.RemoteAddress!,
            _phase,
            state,
            _read.ReceivedBytes,
            _channel.SentBytes,
            _channel.QueuedBytes,
            _read.UnreadBytes,
            TimeSpan.FromMilliseconds(_loop.Now - _born),
            roundTrip,
            retransmits)
        {
            Tls = _channel.Tls,
            PeerCredentials = PeerCredentials,
            ProxyHeader = _channel.ProxyHeader,
            ProxyAddress = _channel.ProxyAddress,
        };
    }
}
