using ActorTcp.Diagnostics;
using ActorTcp.Connections;
using ActorTcp.Dispatch;
using ActorTcp.EventLoop;
using ActorTcp.Protocol;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using ActorTcp.Transport.Proxy;
using ActorTcp.Transport.Tls;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Connectors;

/// <summary>
/// Connects to a host, and connects again according to its policy. It forwards each <see cref="Send"/> to its current connection, or queues it
/// until the next one. Its messages are in <see cref="ConnectorProtocol"/>, its states in <see cref="ConnectorState"/>.
/// </summary>
/// <remarks>The connector and its connections, which are its children, run on the same poll loop.</remarks>
internal sealed partial class ConnectorActor : UntypedActor
{
    private static readonly ConnectionStrategy Strategy = new();

    /// <summary>The path element of the references that Akka creates for an Ask. Such a reference receives one answer.</summary>
    private const string TemporaryPath = "temp";

    private readonly ConnectorProtocol.Connect _connect;
    private readonly PollLoop _loop;
    private readonly ConnectorSettings _settings;
    private readonly ConnectionSettings _connectionSettings;
    private readonly ConnectEventForwarder _forwarder;
    private readonly ITransport _transport;
    private readonly HostLookups _lookups;
    private readonly ActorTimer _phaseTimer;
    private readonly ActorTimer _nextAddressTimer;
    private readonly HandlerFactory? _handlerFactory;
    private readonly ConnectorSends _sends;
    private readonly Reconnects _reconnects;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly bool _isOwnerAsk;
    private TlsContext? _tls;

    // Nobody if there is none, if it has stopped, or if it was an Ask and has its answer.
    private IActorRef _owner;

    // The actor that is registered with each connection; Nobody if each connection creates its handler from Props, or if the actor has stopped.
    private IActorRef _handler;
    private ConnectorState _state = new ConnectorState.Waiting();
    private long _connectionCount;

    public ConnectorActor(
        ConnectorProtocol.Connect connect,
        IActorRef owner,
        PollLoop loop,
        ITransport transport,
        HostLookups lookups,
        ConnectorSettings settings,
        ConnectionSettings connectionSettings)
    {
        _connect = connect;
        _owner = owner.IsNobody() || owner.Equals(Context.System.DeadLetters) ? ActorRefs.Nobody : owner;
        _loop = loop;
        _settings = SettingsOf(connect, settings);
        _connectionSettings = connect.ConnectionSettings ?? connectionSettings;
        _forwarder = new ConnectEventForwarder(Self);
        _transport = transport;
        _lookups = lookups;
        _phaseTimer = new ActorTimer(Self, loop);
        _nextAddressTimer = new ActorTimer(Self, loop);
        _handlerFactory = HandlerFactory.On(PollExecutorLoops.DispatcherId(loop.Index), connect.Handler, connect.HandlerOptions);
        _isOwnerAsk = _owner.Path.Elements is [TemporaryPath, ..];
        _handler = connect.Handler is null ? connect.HandlerActor ?? (_isOwnerAsk ? ActorRefs.Nobody : _owner) : ActorRefs.Nobody;
        _sends = new ConnectorSends(Self, _settings.QueueBytes, ToString());
        _reconnects = new Reconnects(_settings.Policy, loop.Now);
    }

    /// <summary>The host and the port, for log and error texts.</summary>
    public override string ToString() => _connect.Host is not { } host ? ""
        : SockAddr.HasUnixPrefix(host) ? host
        : host.Contains(':') ? $"[{_connect.Host}]:{_connect.Port}" : $"{_connect.Host}:{_connect.Port}";

    protected override SupervisorStrategy SupervisorStrategy() => Strategy;

    protected override void PreStart()
    {
        if (_connect.NotifyStarted ?? !_isOwnerAsk)
        {
            TellOwner(new ConnectorProtocol.Started(Self, _connect.Host, _connect.Port));
        }

        _connect.Awaiter?.Begin(Self);
        var broken = BrokenRules().ToList();
        if (broken.Count > 0)
        {
            End(FailedBy(Errno.EINVAL, string.Join("; ", broken)), isFailure: true);
            return;
        }

        if (_owner is not MinimalActorRef)
        {
            // A minimal reference is Nobody or the reference of an Ask, which ends with its first answer. Neither can own the connector.
            Context.Watch(_owner);
        }

        if (_connect.Handler is null)
        {
            Context.Watch(_handler);
        }

        BeginConnect();
    }

    /// <summary>Prepares the TLS options. Returns why they cannot be used; null if they can.</summary>
    private string? UseTls()
    {
        if (_connect.Tls is { IsServer: true })
        {
            return "the TLS options are those of a server; a connector needs TlsOptions.Client";
        }

        if (_connect.TlsFiles is { Failure: { } broken })
        {
            return $"the TLS options cannot be used: {broken}";
        }

        try
        {
            var options = _connect.Tls ?? _connect.TlsFiles?.Options;
            _tls = options is null ? null : TlsContext.Of(options);
            return null;
        }
        catch (Exception failure)
        {
            return $"the TLS options cannot be used: {failure.Message}";
        }
    }

    protected override void PostRestart(Exception reason)
    {
        // Only a restart of the manager restarts a connector. The earlier instance has sent its last event, so this one only stops.
        _state = new ConnectorState.Ended();
        Context.Stop(Self);
    }

    protected override void PostStop()
    {
        if (_state is not ConnectorState.Ended)
        {
            EndNow(ClosedBy(CloseReason.ConnectionStopped));
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Send send:
                OnSend(send);
                break;
            case ConnectionProtocol.Sent { Token: InFlightSend sent }:
                _sends.OnSent(sent);
                break;
            case ConnectionProtocol.SendFailed { Token: InFlightSend failed } failure:
                _sends.OnSendFailed(failed, failure.Errno, failure.Text);
                break;
            case LookedUp lookedUp:
                OnLookedUp(lookedUp.Result);
                break;
            case ConnectEventForwarder.Connected connected when _state is ConnectorState.Connecting connecting:
                OnAddressConnected(connecting.Attempts, connected.Attempt);
                break;
            case ConnectEventForwarder.Failed failed when _state is ConnectorState.Connecting connecting:
                OnAddressFailed(connecting.Attempts, failed);
                break;
            case ActorTimer timer:
                OnTimer(timer);
                break;
            case Handshaken when _state is ConnectorState.Securing securing && securing.Connection.Equals(Sender):
                OnConnected(securing.Connection, securing.Channel);
                break;
            case Handshaken:
                // The connector has ended meanwhile.
                break;
            case ListenerProtocol.ConnectionClosed closed:
                OnConnectionClosed(closed);
                break;
            case Terminated terminated:
                OnTerminated(terminated.ActorRef);
                break;
            case ConnectorProtocol.Close:
                OnClose(ConnectionProtocol.Close.Instance, CloseReason.Closed);
                break;
            case ConnectorProtocol.Abort:
                OnClose(ConnectionProtocol.Abort.Instance, CloseReason.Aborted);
                break;
            case ConnectorProtocol.Describe:
                Sender.Tell(Describe(), Self);
                break;
            case ConnectEventForwarder.Connected or ConnectEventForwarder.Failed:
                // The result of an attempt that was closed after the result was sent.
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnSend(Send send)
    {
        switch (_state)
        {
            case ConnectorState.Up up:
                _sends.Forward(up.Connection, send, Sender);
                break;
            case ConnectorState.Closing or ConnectorState.Ended:
                _sends.Refuse(send, Sender, Errno.EPIPE, $"{send} was sent to a connector that is closing");
                break;
            default:
                _sends.Queue(send, Sender);
                break;
        }
    }

    protected override void Unhandled(object message)
    {
        base.Unhandled(message);
        UnknownMessages.Answer(message, Context, $"The connector to {this}");
    }

    /// <summary>The settings of one connector: those of its Connect, or else the general ones.</summary>
    internal static ConnectorSettings SettingsOf(ConnectorProtocol.Connect connect, ConnectorSettings general) => general with
    {
        ConnectTimeout = connect.Timeout ?? general.ConnectTimeout,
        AttemptDelay = connect.AttemptDelay ?? general.AttemptDelay,
        QueueBytes = connect.QueueBytes ?? general.QueueBytes,
        FastOpen = connect.FastOpen ?? general.FastOpen,
        PolicyOfConnect = connect.Reconnect,
    };

    private IEnumerable<string> BrokenRules()
    {
        if (string.IsNullOrWhiteSpace(_connect.Host))
        {
            yield return "the host is empty; it must be a host name or an address";
        }

        if (_connect.Host is { } host && SockAddr.HasUnixPrefix(host))
        {
            if (HostNames.UnixFault(host) is { } fault)
            {
                yield return fault;
            }

            if (_connect.Port != 0)
            {
                yield return $"the port is {_connect.Port}; it must be 0 for a Unix socket";
            }
        }
        else if (_connect.Port is < 1 or > ushort.MaxValue)
        {
            yield return $"the port is {_connect.Port}; it must be 1 to 65535";
        }

        if (_connect.ProxyHeader is { } header && ProxyHeaderWriter.BrokenRule(header) is { } headerRule)
        {
            yield return headerRule;
        }

        if (_connect.LocalAddress is { IsUnix: true } local)
        {
            yield return $"the local address is {local}; it must be an IPv4 or IPv6 address";
        }

        if (_connect.Handler is not null ? _connect.HandlerActor is not null : _handler.IsNobody() || _handler.Equals(Context.System.DeadLetters))
        {
            yield return "the handler is missing or given twice; it must be either Props or an actor";
        }

        if (UseTls() is { } unusable)
        {
            yield return unusable;
        }

        foreach (var rule in _settings.BrokenRules(_connectionSettings))
        {
            yield return rule;
        }
    }

    /// <summary>Sends an event to the owner. An owner that is an Ask receives only the first event.</summary>
    private void TellOwner(object message)
    {
        _owner.Tell(message, Self);
        if (_isOwnerAsk)
        {
            _owner = ActorRefs.Nobody;
        }
    }

    private void OnTimer(ActorTimer timer)
    {
        if (!timer.TakeDue())
        {
            return;
        }

        switch (_state)
        {
            case ConnectorState.Connecting connecting when timer == _nextAddressTimer:
                TryNextAddress(connecting.Attempts);
                break;
            case ConnectorState.Connecting connecting:
                connecting.Attempts.TimeOut();
                Retry(FailedAt(connecting.Attempts, Errno.ETIMEDOUT));
                break;
            case ConnectorState.Resolving resolving:
                Retry(FailedBy(Errno.ETIMEDOUT, $"{_connect.Host} was not looked up within {_settings.ConnectTimeout}: {_lookups.GiveUp(resolving.Request)}"));
                break;
            case ConnectorState.Waiting:
                BeginConnect();
                break;
            default:
                break;
        }
    }

    private void CancelTimers()
    {
        _phaseTimer.Cancel();
        _nextAddressTimer.Cancel();
    }

    private ConnectorProtocol.Closed ClosedBy(CloseReason reason) => new(Self, reason, 0, reason.Text());

    private ConnectorDescription Describe() => new(
        Self,
        _connect.Host,
        _connect.Port,
        _state.Phase,
        (_state as ConnectorState.Up)?.Connection ?? ActorRefs.Nobody,
        _reconnects.Attempts,
        _connectionCount,
        _sends.QueuedBytes,
        _sends.InFlight);
}
