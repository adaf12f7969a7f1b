using ActorTcp.Connections;
using ActorTcp.Dispatch;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Listeners;

/// <summary>
/// Owns a server socket and supervises the connections accepted from it, which it spreads over the poll loops in turn.
/// A connection that fails is stopped and costs no other. When the listener itself fails it goes on as it is; were it
/// restarted, the server socket and its backlog would stay (<see cref="ListenerState"/>). For its messages see <see cref="ListenerProtocol"/>.
/// </summary>
internal sealed partial class ListenerActor : UntypedActor
{
    private static readonly ConnectionStrategy Strategy = new();

    /// <summary>Milliseconds. At a limit connections come and go all the time.</summary>
    private const long LimitWarningsApart = 60_000;

    private readonly ListenerState _socket;
    private readonly ListenerProtocol.Bind _bind;
    private readonly IActorRef _binder;
    private readonly PollExecutorLoops _loops;
    private readonly int _loop;
    private readonly ListenerSettings _settings;
    private readonly ConnectionSettings _connectionSettings;
    private readonly TimeSpan _flushTimeout;
    private readonly ConnectionFactory[] _templates;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly string _name = Context.Self.Path.Name;
    private ListenerEventForwarder? _mailbox;
    private ListenerPhase _phase = ListenerPhase.Listening;
    private AcceptPauseReasons _rest;
    private bool _limitTold;
    private long _limitWarnedAt = -LimitWarningsApart;
    private int _connections;

    public ListenerActor(
        ListenerState socket,
        ListenerProtocol.Bind bind,
        IActorRef binder,
        PollExecutorLoops loops,
        int loop,
        ListenerSettings settings,
        ConnectionSettings connectionSettings,
        TimeSpan flushTimeout)
    {
        _socket = socket;
        _bind = bind;
        _binder = binder;
        _loops = loops;
        _loop = loop;
        _settings = settings;
        _connectionSettings = connectionSettings;
        _flushTimeout = flushTimeout;
        _retryTimer = new ActorTimer(Self, loops[loop]);
        _quietTimer = new ActorTimer(Self, loops[loop]);
        _phaseTimer = new ActorTimer(Self, loops[loop]);
        _backoff = settings.AcceptBackoffMin;
        _templates = new ConnectionFactory[loops.Count];
        for (var i = 0; i < loops.Count; i++)
        {
            var handler = HandlerTemplate.On(
                PollExecutorLoops.DispatcherId(i), bind.Handler, bind.KeepOpenOnPeerEof, bind.Pull, bind.Supervision, bind.Framing);
            _templates[i] = new ConnectionFactory(loops[i], connectionSettings, handler, binder) { LingerSeconds = socket.LingerSeconds };
        }
    }

    private SockAddr Address => _socket.LocalAddress ?? _bind.Address;

    protected override SupervisorStrategy SupervisorStrategy() => Strategy;

    protected override void PreStart()
    {
        var errno = Listen(out var failedAddress);
        if (errno != 0)
        {
            var where = _bind.Host is null || failedAddress is not { } failed ? _bind.Where : $"{_bind.Where}, address {failed}";
            var text = $"Cannot listen on {where}: {Tcp.ErrorText(errno)} ({errno})";
            _log.WithContext("Errno", errno).Debug("{Listener} {LocalAddress} cannot listen: {Text}", _name, Address, text);
            BindFailures.Tell(_binder, new ListenerProtocol.BindFailed(_bind.Address, errno, text), Context, _log);
            Context.Stop(Self);
            return;
        }

        _log.Debug("{Listener} {LocalAddress} listens", _name, Address);
        _binder.Tell(new ListenerProtocol.Bound(_socket.LocalAddress!, Self) { LocalAddresses = _socket.LocalAddresses }, Self);
    }

    protected override void PreRestart(Exception reason, object message)
    {
        // The connections and the server socket stay: only the registration is this instance's.
        _socket.Channel?.Detach();
    }

    protected override void PostRestart(Exception reason)
    {
        _connections = Context.GetChildren().Count();
        if (!_socket.IsOpen)
        {
            _phase = ListenerPhase.Unbound;
            StopWhenEmpty();
        }
        else
        {
            AttachAgain();
        }
    }

    protected override void PostStop()
    {
        _phaseTimer.Cancel();
        CloseServer(static refused => refused.Refuse([]));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ListenerEventForwarder.Accepted accepted:
                OnAccepted(accepted.Connection);
                break;
            case Terminated:
                OnConnectionGone();
                break;
            case ListenerEventForwarder.AcceptFailed failed:
                OnAcceptFailed(failed.Errno);
                break;
            case ListenerProtocol.Unbind:
                OnUnbind();
                break;
            case ListenerProtocol.Drain drain:
                OnDrain(drain.Deadline);
                break;
            case ActorTimer timer when timer.TakeDue():
                OnDue(timer);
                break;
            default:
                OnCommand(message);
                break;
        }
    }

    private Errno Listen(out SockAddr? failedAddress)
    {
        failedAddress = null;
        var backlog = _bind.Backlog == 0 ? _settings.Backlog : _bind.Backlog;
        if (backlog is < 1 or > 65535)
        {
            return Errno.EINVAL;
        }

        var errno = _socket.Listen(_bind.Addresses, backlog, _settings, _connectionSettings, out failedAddress);
        return errno == 0 ? Attach() : errno;
    }

    /// <summary>Has the loop watch the server socket. 0, or the reason why not.</summary>
    private Errno Attach()
    {
        var errno = _socket.Channel!.Attach(_loops[_loop], _mailbox ??= new ListenerEventForwarder(Self));
        Allow();
        return errno;
    }

    /// <summary>Of a listener that has listened before. It is as with accepting: what the loop has no memory for now, it may have later.</summary>
    private void AttachAgain()
    {
        if (Attach() is var errno and not 0)
        {
            OnAcceptFailed(errno);
        }
    }

    private void OnAccepted(IAcceptedConnection accepted)
    {
        _socket.Processed++;
        _loops[_loop].Meters.Accepted++;
        var limits = _socket.Limits;
        if (_phase > ListenerPhase.Draining)
        {
            accepted.Refuse([]);
            return;
        }

        _backoff = _settings.AcceptBackoffMin;
        if (limits.MaxConnections > 0 && _connections >= limits.MaxConnections)
        {
            _socket.Refused++;
            _loops[_loop].Meters.Refused++;
            TellLimitReached();
            accepted.Refuse(limits.AnswerBytes);
            StopWhenEmpty();
            return;
        }

        var number = ++_socket.Accepted;
        var loop = (int)((_loop + number - 1) % _loops.Count);
        var props = _templates[loop].PropsOf(accepted.On(_loops[loop]));
        Context.Watch(Context.ActorOf(props, number.ToString(CultureInfo.InvariantCulture)));
        if (++_connections == limits.MaxConnections && limits.Policy == LimitPolicy.LeaveInBacklog)
        {
            TellLimitReached();
        }
    }

    private void OnConnectionGone()
    {
        _connections--;
        CountDrained();
        _limitTold = false;
        if (!StopWhenEmpty())
        {
            Allow();
        }
    }

    private void TellLimitReached()
    {
        if (_limitTold)
        {
            return;
        }

        _limitTold = true;
        if (_loops[_loop].Now - _limitWarnedAt >= LimitWarningsApart)
        {
            _limitWarnedAt = _loops[_loop].Now;
            _log.Warning(
                "{Listener} {LocalAddress} has {Connections} connections, the most it may have; policy {LimitPolicy}",
                _name,
                Address,
                _connections,
                _socket.Limits.Policy);
        }

        Context.System.EventStream.Publish(new ListenerProtocol.LimitReached(Self, _socket.Limits));
    }

    /// <summary>Lets the channel accept as many as there is room for.</summary>
    private void Allow()
    {
        if (_phase == ListenerPhase.Listening)
        {
            const long everybody = long.MaxValue / 2;
            var limits = _socket.Limits;
            var room = limits.MaxConnections > 0 && limits.Policy == LimitPolicy.LeaveInBacklog
                ? Math.Max(0, limits.MaxConnections - _connections)
                : everybody;
            _socket.Channel?.Allow(_socket.Processed, _rest == AcceptPauseReasons.None ? room : 0);
        }
    }

    private void Rest(AcceptPauseReasons rest)
    {
        _rest = rest;
        Allow();
    }

    private void TellConnections(object message)
    {
        foreach (var connection in Context.GetChildren())
        {
            connection.Tell(message, Self);
        }
    }

    private void OnDue(ActorTimer timer)
    {
        if (timer == _retryTimer)
        {
            OnRetry();
        }
        else if (timer == _quietTimer)
        {
            OnQuiet();
        }
        else
        {
            OnPhaseOver();
        }
    }
}
