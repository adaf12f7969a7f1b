using ActorTcp.AccessControl;
using ActorTcp.Connections;
using ActorTcp.Dispatch;
using ActorTcp.Settings;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Listeners;

/// <summary>
/// Owns the server sockets of one listener and supervises its connections, which it assigns to the poll loops in rotation. Its messages are in
/// <see cref="ListenerProtocol"/>, its states in <see cref="ListenerPhase"/>.
/// </summary>
/// <remarks>
/// A connection that fails is stopped, without an effect on others. A listener that fails is resumed by the manager. If it is restarted, the
/// server sockets and their backlogs stay open, because they are in <see cref="ListenerState"/>.
/// </remarks>
internal sealed partial class ListenerActor : UntypedActor
{
    private static readonly ConnectionStrategy Strategy = new();

    private readonly ListenerState _socket;
    private readonly ListenerProtocol.Bind _bind;
    private readonly IActorRef _binder;
    private readonly PollExecutorLoops _loops;
    private readonly int _loop;
    private readonly ListenerSettings _settings;
    private readonly ConnectionSettings _connectionSettings;
    private readonly ConnectionFactory[] _connectionFactories;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly string _name = Context.Self.Path.Name;
    private ListenerEventForwarder? _forwarder;
    private ListenerPhase _phase = ListenerPhase.Listening;
    private AcceptPauseReasons _pauseReasons;
    private bool _limitReported;
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
        _retryTimer = new ActorTimer(Self, loops[loop]);
        _quietTimer = new ActorTimer(Self, loops[loop]);
        _drainTimer = new ActorTimer(Self, loops[loop]);
        _rateTimer = new ActorTimer(Self, loops[loop]);
        _drain = new Drain(_drainTimer.Start, _drainTimer.Cancel, flushTimeout);
        _backoff = settings.AcceptBackoffMin;
        _connectionFactories = new ConnectionFactory[loops.Count];
        for (var i = 0; i < loops.Count; i++)
        {
            var handler = HandlerFactory.On(PollExecutorLoops.DispatcherId(i), bind.Handler, bind.HandlerOptions);
            _connectionFactories[i] = new ConnectionFactory(loops[i], connectionSettings, handler, binder)
            {
                LingerSeconds = socket.LingerSeconds,
                Proxy = settings.ProxyProtocol.Mode == ProxyProtocolMode.Off ? null : settings.ProxyProtocol,
                ReceiveRates = socket.Admission.ReceiveRates,
            };
        }
    }

    private SockAddr Address => _socket.LocalAddress ?? _bind.Address;

    private long Now => _loops[_loop].Now;

    protected override SupervisorStrategy SupervisorStrategy() => Strategy;

    protected override void PreStart()
    {
        if (BeginTls() is { } broken)
        {
            FailToBind(Errno.EINVAL, $"Cannot listen on {_bind.Where}: {broken}");
            return;
        }

        ListenFailure? failure;
        try
        {
            _socket.Inherited = InheritedBind.Reserve(_bind);
            failure = Listen();
        }
        catch (TcpException unusable)
        {
            FailToBind(unusable.Errno, $"Cannot listen on {_bind.Where}: {unusable.Message}");
            return;
        }

        if (failure is not null)
        {
            var errno = failure.Errno;
            var address = _bind.Host is null || failure.Address is null ? "" : $", address {failure.Address}";
            var option = failure.RefusedOption is null ? "" : $", option {failure.RefusedOption}";
            var text = $"Cannot listen on {_bind.Where}{address}{option}: {Tcp.ErrorText(errno)} ({errno})";
            _log.WithContext("Errno", errno).Debug("{Listener} {LocalAddress} cannot listen: {Text}", _name, Address, text);
            FailToBind(errno, text);
            return;
        }

        _socket.Inherited?.Commit();
        _log.Debug("{Listener} {LocalAddress} listens", _name, Address);
        _binder.Tell(new ListenerProtocol.Bound(_socket.LocalAddress!, Self) { LocalAddresses = _socket.LocalAddresses }, Self);
    }

    private void FailToBind(Errno errno, string text)
    {
        // Before the answer: its receiver may send another Bind at once.
        _socket.Inherited?.Dispose();
        BindFailures.Tell(_binder, new ListenerProtocol.BindFailed(_bind.Address, errno, text), Context, _log);
        Context.Stop(Self);
    }

    protected override void PreRestart(Exception reason, object message)
    {
        _tlsFiles?.Stop();
        // The connections and the server sockets stay. Only the registration with the loop belongs to this instance.
        _socket.Channel?.Detach();
    }

    protected override void PostRestart(Exception reason)
    {
        _connections = Context.GetChildren().Count();
        UseTlsOfState();
        WatchTlsFiles();
        if (!_socket.IsOpen)
        {
            _phase = ListenerPhase.Unbound;
            StopWhenEmpty();
        }
        else
        {
            Reattach();
        }
    }

    protected override void PostStop()
    {
        _drainTimer.Cancel();
        _tlsFiles?.Stop();
        CloseServer(static refused => refused.Refuse([]));
        _socket.Inherited?.Dispose();
        CountAddresses(0);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ListenerEventForwarder.Accepted accepted:
                OnAccepted(accepted.Connection);
                break;
            case AdmittedConnection stopped:
                OnConnectionStopped(stopped);
                break;
            case ReadTlsFiles reloaded:
                OnTlsReloaded(reloaded);
                break;
            case ClientIdentified identified:
                OnIdentified(identified);
                break;
            case Handshaken:
                OnHandshakeEnded(Sender);
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

    private ListenFailure? Listen()
    {
        var backlog = _bind.Backlog == 0 ? _settings.Backlog : _bind.Backlog;
        if (backlog is < 1 or > 65535)
        {
            return new ListenFailure(Errno.EINVAL);
        }

        var failure = _socket.Listen(_bind.Addresses, backlog, _settings, _connectionSettings);
        return failure is null && Attach() is var errno and not 0 ? new ListenFailure(errno) : failure;
    }

    /// <summary>Registers the server sockets with the loop. Returns 0, or the error.</summary>
    private Errno Attach()
    {
        var errno = _socket.Channel!.Attach(_loops[_loop], _forwarder ??= new ListenerEventForwarder(Self));
        UpdateAllowance();
        return errno;
    }

    /// <summary>
    /// Registers the server sockets again. A failure is handled like a failure to accept: the listener tries again later, when the kernel may have free
    /// memory.
    /// </summary>
    private void Reattach()
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
        if (_phase == ListenerPhase.Ended || _drain.IsClosing)
        {
            accepted.Refuse([]);
            return;
        }

        _backoff = _settings.AcceptBackoffMin;
        var client = AddressOf(accepted);
        if (_socket.Admission.TryAdmit(client, _connections, Now, out var reason) is not { } admitted)
        {
            Refuse(accepted, accepted.RemoteAddress, reason);
            StopWhenEmpty();
            return;
        }

        bool hasHandshake;
        try
        {
            var number = ++_socket.Accepted;
            var loop = (int)((_loop + number - 1) % _loops.Count);
            var props = _connectionFactories[loop].PropsOf(accepted.On(_loops[loop]), admitted, out hasHandshake);
            admitted.Actor = Context.ActorOf(props, number.ToString(CultureInfo.InvariantCulture));
            Context.WatchWith(admitted.Actor, admitted);
        }
        catch
        {
            _socket.Admission.Release(admitted, Now);
            throw;
        }

        if (hasHandshake)
        {
            _handshaking.Add(admitted.Actor);
        }

        if (++_connections == limits.MaxConnections && limits.Policy == LimitPolicy.LeaveInBacklog)
        {
            ReportLimitReached(RefuseReason.MaxConnections, null);
        }

        OnAdmissionChanged();
    }

    private void OnConnectionStopped(AdmittedConnection stopped)
    {
        OnHandshakeEnded(stopped.Actor!);
        _socket.Admission.Release(stopped, Now);
        CountAddresses(_socket.Admission.Addresses);
        _connections--;
        _drain.OnConnectionEnded();
        _limitReported = false;
        if (!StopWhenEmpty())
        {
            UpdateAllowance();
        }
    }

    private void SendToConnections(object? command)
    {
        if (command is null)
        {
            return;
        }

        foreach (var connection in Context.GetChildren())
        {
            connection.Tell(command, Self);
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
        else if (timer == _rateTimer)
        {
            UpdateAllowance();
        }
        else
        {
            SendToConnections(_drain.OnTimer());
        }
    }
}
