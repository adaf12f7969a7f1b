using ActorTcp.Diagnostics;
using ActorTcp.Connections;
using ActorTcp.Dispatch;
using ActorTcp.EventLoop;
using ActorTcp.Protocol;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Connectors;

/// <summary>
/// Connects to a host, and again where its policy says so. It is the one reference that stays: a <see cref="Send"/> that it is told
/// goes to the present connection, or waits for the next one. It lives on a poll loop, and its connections, which are its children, on
/// the same one. For its phases see <see cref="ConnectorPhase"/>, for its messages <see cref="ConnectorProtocol"/>.
/// </summary>
internal sealed partial class ConnectorActor : UntypedActor
{
    private static readonly ConnectionStrategy Strategy = new();

    /// <summary>Where Akka has the references of an Ask, which take one answer.</summary>
    private const string TemporaryPath = "temp";

    private readonly ConnectorProtocol.Connect _connect;
    private readonly PollLoop _loop;
    private readonly ConnectorSettings _settings;
    private readonly ConnectionSettings _connectionSettings;
    private readonly ConnectEventForwarder _mailbox;
    private readonly ITransport _transport;
    private readonly HostLookups _lookups;
    private readonly ActorTimer _phaseTimer;
    private readonly ActorTimer _nextAddressTimer;
    private readonly HandlerTemplate? _template;
    private readonly Random _chance;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly bool _isAsked;
    private IActorRef _owner;
    private IActorRef _handler;
    private ConnectorPhase _phase = new ConnectorPhase.Waiting();
    private long _downSince;
    private long _connections;
    private int _attempt;

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
        _connectionSettings = connectionSettings;
        _mailbox = new ConnectEventForwarder(Self);
        _transport = transport;
        _lookups = lookups;
        _phaseTimer = new ActorTimer(Self, loop);
        _nextAddressTimer = new ActorTimer(Self, loop);
        _template = HandlerTemplate.On(
            PollExecutorLoops.DispatcherId(loop.Index), connect.Handler, connect.KeepOpenOnPeerEof, connect.Pull, connect.Supervision, connect.Framing);
        _isAsked = _owner.Path.Elements is [TemporaryPath, ..];
        _handler = connect.Handler is null ? connect.HandlerActor ?? (_isAsked ? ActorRefs.Nobody : _owner) : ActorRefs.Nobody;
        _chance = _settings.Policy.Seed is { } seed ? new Random(seed) : Random.Shared;
    }

    /// <summary>The connector for logs: where to.</summary>
    public override string ToString() => _connect.Host is { } host && host.Contains(':') ? $"[{_connect.Host}]:{_connect.Port}" : $"{_connect.Host}:{_connect.Port}";

    protected override SupervisorStrategy SupervisorStrategy() => Strategy;

    protected override void PreStart()
    {
        _downSince = _loop.Now;
        if (_connect.NotifyStarted ?? !_isAsked)
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
            // A minimal reference is nobody, or that of an Ask, which ends with its first answer: neither owns the connector.
            Context.Watch(_owner);
        }

        if (_connect.Handler is null)
        {
            Context.Watch(_handler);
        }

        BeginConnect();
    }

    protected override void PostRestart(Exception reason)
    {
        // Only a restart of the manager can come here, and the instance before has told its end.
        _phase = new ConnectorPhase.Ended();
        Context.Stop(Self);
    }

    protected override void PostStop()
    {
        if (_phase is not ConnectorPhase.Ended)
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
                OnSent(sent);
                break;
            case ConnectionProtocol.SendFailed { Token: InFlightSend failed } failure:
                OnSendFailed(failed, failure.Errno, failure.Text);
                break;
            case LookedUp lookedUp:
                OnLookedUp(lookedUp.Result);
                break;
            case ConnectEventForwarder.Through through when _phase is ConnectorPhase.Connecting connecting:
                OnThrough(connecting.Race, through.Connecting);
                break;
            case ConnectEventForwarder.Failed failed when _phase is ConnectorPhase.Connecting connecting:
                OnAddressFailed(connecting.Race, failed);
                break;
            case ActorTimer timer:
                OnTimer(timer);
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
            case ConnectEventForwarder.Through or ConnectEventForwarder.Failed:
                // Of a race that is over, which has closed it.
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void Unhandled(object message)
    {
        base.Unhandled(message);
        UnknownMessages.Answer(message, Context, $"The connector to {this}");
    }

    /// <summary>The settings of one connector: those of its Connect, and the general ones for what that leaves open.</summary>
    internal static ConnectorSettings SettingsOf(ConnectorProtocol.Connect connect, ConnectorSettings general) => general with
    {
        ConnectTimeout = connect.Timeout ?? general.ConnectTimeout,
        AttemptDelay = connect.AttemptDelay ?? general.AttemptDelay,
        QueueBytes = connect.QueueBytes ?? general.QueueBytes,
        PolicyOfConnect = connect.Reconnect,
    };

    private IEnumerable<string> BrokenRules()
    {
        if (string.IsNullOrWhiteSpace(_connect.Host))
        {
            yield return "there is no host";
        }

        if (_connect.Port is < 1 or > ushort.MaxValue)
        {
            yield return $"the port is {_connect.Port}; it must be 1 to 65535";
        }

        if (_connect.Handler is not null ? _connect.HandlerActor is not null : _handler.IsNobody() || _handler.Equals(Context.System.DeadLetters))
        {
            yield return "the handler must be either Props or an actor";
        }

        foreach (var rule in _settings.BrokenRules(_connectionSettings.Limits))
        {
            yield return rule;
        }
    }

    private void BeginConnect()
    {
        _phaseTimer.Start(_settings.ConnectTimeout);
        if (SockAddr.TryCreate(_connect.Host, _connect.Port, 0) is { } literal)
        {
            BeginRace([literal]);
            return;
        }

        _phase = new ConnectorPhase.Resolving(_lookups.Request(_connect.Host, _connect.Port, new LookupForwarder(Self)));
    }

    private void OnLookedUp(HostLookupResult result)
    {
        if (_phase is not ConnectorPhase.Resolving resolving || resolving.Request != result.Request)
        {
            // Given up before it came.
            return;
        }

        if (result.WhyNot(_connect.Host) is (var errno, var text))
        {
            Retry(FailedBy(errno, text));
        }
        else
        {
            BeginRace(result.Addresses);
        }
    }

    private void BeginRace(IReadOnlyList<SockAddr> addresses)
    {
        if (_connect.LocalAddress is { } local)
        {
            addresses = [.. addresses.Where(address => address.Domain == local.Domain)];
            if (addresses.Count == 0)
            {
                Retry(FailedBy(Errno.EAFNOSUPPORT, $"{_connect.Host} has no address of the family of the local address, {local}"));
                return;
            }
        }

        var race = new HappyEyeballs(_transport, _loop, addresses, _connect.LocalAddress, _mailbox);
        _phase = new ConnectorPhase.Connecting(race);
        GoOn(race);
    }

    /// <summary>The next address has its turn, or there is none left.</summary>
    private void GoOn(HappyEyeballs race)
    {
        race.BeginNext();
        if (race.HasNext)
        {
            _nextAddressTimer.Start(_settings.AttemptDelay);
        }
        else
        {
            _nextAddressTimer.Cancel();
        }

        if (race.IsLost)
        {
            Retry(FailedIn(race, race.Failed[^1].Errno));
        }
    }

    private void OnAddressFailed(HappyEyeballs race, ConnectEventForwarder.Failed failed)
    {
        if (race.Fail(failed.Connecting, failed.Errno))
        {
            GoOn(race);
        }
    }

    private void OnThrough(HappyEyeballs race, IConnectAttempt connecting)
    {
        if (!race.Win(connecting, _connectionSettings.NoDelay, out var channel))
        {
            return;
        }

        if (channel is null)
        {
            GoOn(race);
            return;
        }

        foreach (var option in _connectionSettings.KeepAliveOptions())
        {
            _ = channel.SetOption(option);
        }

        CancelTimers();
        _connections++;
        var template = new ConnectionFactory(_loop, _connectionSettings, _template, ActorRefs.Nobody, Self);
        var connection = Context.ActorOf(template.PropsOf(channel), $"{_connections}");
        Context.Watch(connection);
        _phase = new ConnectorPhase.Up(connection, _loop.Now);
        _log.Debug("{Connector} {RemoteHost} is connected to {RemoteAddress}", Self.Path.Name, ToString(), channel.RemoteAddress);
        if (_template is null)
        {
            connection.Tell(new ConnectionProtocol.Register(_handler, _connect.KeepOpenOnPeerEof, _connect.Pull, _connect.Framing), Self);
        }

        // It is on this very thread, so nothing that its handler sends can come before what has waited here.
        ForwardWaiting(connection);
        var connected = new ConnectorProtocol.Connected(Self, connection, channel.RemoteAddress!, channel.LocalAddress!);
        _connect.Awaiter?.Succeed(connected);
        TellOwner(connected);
    }

    /// <summary>Sends an event to the owner. An Ask takes one, and owns nothing then.</summary>
    private void TellOwner(object message)
    {
        _owner.Tell(message, Self);
        if (_isAsked)
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

        switch (_phase)
        {
            case ConnectorPhase.Connecting connecting when timer == _nextAddressTimer:
                GoOn(connecting.Race);
                break;
            case ConnectorPhase.Connecting connecting:
                connecting.Race.TimeOut();
                Retry(FailedIn(connecting.Race, Errno.ETIMEDOUT));
                break;
            case ConnectorPhase.Resolving resolving:
                Retry(FailedBy(Errno.ETIMEDOUT, $"{_connect.Host} was not looked up within {_settings.ConnectTimeout}: {_lookups.GiveUp(resolving.Request)}"));
                break;
            case ConnectorPhase.Waiting:
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

    private ConnectorProtocol.ConnectFailed FailedIn(HappyEyeballs race, Errno errno) => new(
        Self,
        _connect.Host,
        _connect.Port,
        errno,
        $"Cannot connect to {this}: {string.Join("; ", race.Failed.Select(failed => failed.Text))}",
        [.. race.Failed]);

    private ConnectorProtocol.ConnectFailed FailedBy(Errno errno, string why) =>
        new(Self, _connect.Host, _connect.Port, errno, $"Cannot connect to {this}: {why}", []);

    private ConnectorProtocol.Closed ClosedBy(CloseReason reason) => new(Self, reason, 0, reason.Text());

    private ConnectorDescription Describe() => new(
        Self,
        _connect.Host,
        _connect.Port,
        _phase.ToString(),
        (_phase as ConnectorPhase.Up)?.Connection ?? ActorRefs.Nobody,
        _attempt,
        _connections,
        _waitingBytes,
        _forwarded.Count(send => !send.IsAnswered));
}

/// <summary>Sends the results of a connector's connects and lookups to it.</summary>
internal sealed class ConnectEventForwarder(IActorRef actor) : IConnectAttemptOwner
{
    public void OnConnected(IConnectAttempt connecting) => actor.Tell(new Through(connecting), ActorRefs.NoSender);

    public void OnConnectFailed(IConnectAttempt connecting, Errno errno) => actor.Tell(new Failed(connecting, errno), ActorRefs.NoSender);

    internal sealed record Through(IConnectAttempt Connecting) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    internal sealed record Failed(IConnectAttempt Connecting, Errno Errno) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
