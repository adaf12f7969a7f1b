using ActorTcp.Connections;
using ActorTcp.Dispatch;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Listeners;

/// <summary>
/// Adopts sockets and supervises their connections, which it spreads over the poll loops in turn. One per actor system, made with the first
/// <see cref="AdoptionProtocol.Adopt"/>. When the system stops its connections drain like those of a listener.
/// </summary>
internal sealed class AdopterActor : UntypedActor
{
    private static readonly ConnectionStrategy Strategy = new();

    private readonly ITransport _transport;
    private readonly PollExecutorLoops _loops;
    private readonly int _loop;
    private readonly ConnectionSettings _settings;
    private readonly TimeSpan _flushTimeout;
    private readonly ActorTimer _phaseTimer;
    private readonly List<IActorRef> _drainers = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private Phase _phase = Phase.Adopting;
    private long _adopted;
    private int _connections;
    private int _finished;
    private int _closed;
    private int _aborted;

    public AdopterActor(ITransport transport, PollExecutorLoops loops, int loop, ConnectionSettings settings, TimeSpan flushTimeout)
    {
        _transport = transport;
        _loops = loops;
        _loop = loop;
        _settings = settings;
        _flushTimeout = flushTimeout;
        _phaseTimer = new ActorTimer(Self, loops[loop]);
    }

    private enum Phase
    {
        Adopting,
        /// <summary>The system stops: the connections may finish until the deadline.</summary>
        Draining,
        /// <summary>Those that are left send their queued bytes.</summary>
        Closing,
        /// <summary>Those that have not ended are reset.</summary>
        Aborting,
    }

    protected override SupervisorStrategy SupervisorStrategy() => Strategy;

    protected override void PostStop() => _phaseTimer.Cancel();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AdoptionProtocol.Adopt adopt:
                OnAdopt(adopt, new Adoption(adopt, Sender, _log));
                break;
            case Terminated:
                OnConnectionGone();
                break;
            case ListenerProtocol.Drain drain:
                OnDrain(drain.Deadline);
                break;
            case ActorTimer timer when timer.TakeDue():
                OnPhaseOver();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnAdopt(AdoptionProtocol.Adopt adopt, Adoption adoption)
    {
        var settings = adopt.ConnectionSettings ?? _settings;
        var broken = settings.BrokenRules().ToList();
        if (adopt.Loop is { } chosen && (uint)chosen >= (uint)_loops.Count)
        {
            broken.Add($"the loop is {chosen}; it must be 0 to {_loops.Count - 1}");
        }

        if (_phase != Phase.Adopting)
        {
            adoption.Fail(Self, Errno.ESHUTDOWN, BindFailures.SystemStops);
        }
        else if (broken.Count > 0)
        {
            adoption.Fail(Self, Errno.EINVAL, string.Join("; ", broken));
        }
        else if (Adoption.Take(adopt, out var remote) is { } tcp)
        {
            var index = adopt.Loop ?? (int)((_loop + _adopted) % _loops.Count);
            if (_transport.Adopt(tcp, remote!, _loops[index]) is { } channel)
            {
                Make(adopt, adoption, settings, channel, index);
            }
            else
            {
                adoption.Return(tcp);
                adoption.Fail(Self, Errno.EOPNOTSUPP, "the transport of this actor system has no sockets of the operating system");
            }
        }
        else
        {
            var errno = Tcp.LastErrno;
            adoption.Fail(Self, errno, $"{Tcp.ErrorText(errno)} ({errno})");
        }
    }

    private void Make(AdoptionProtocol.Adopt adopt, Adoption adoption, ConnectionSettings settings, IChannel channel, int loop)
    {
        var handler = HandlerTemplate.On(
            PollExecutorLoops.DispatcherId(loop), adopt.Handler, adopt.KeepOpenOnPeerEof, adopt.Pull, adopt.Supervision, adopt.Framing);
        var template = new ConnectionFactory(_loops[loop], settings, handler, ActorRefs.Nobody) { Adoption = adoption };
        Context.Watch(Context.ActorOf(template.PropsOf(channel), (++_adopted).ToString(CultureInfo.InvariantCulture)));
        _connections++;
    }

    private void OnConnectionGone()
    {
        _connections--;
        switch (_phase)
        {
            case Phase.Draining:
                _finished++;
                break;
            case Phase.Closing:
                _closed++;
                break;
            case Phase.Aborting:
                _aborted++;
                break;
        }

        AnswerWhenEmpty();
    }

    private void OnDrain(TimeSpan deadline)
    {
        _drainers.Add(Sender);
        if (_phase == Phase.Adopting)
        {
            _phase = Phase.Draining;
            _phaseTimer.Start(deadline);
        }

        AnswerWhenEmpty();
    }

    private void OnPhaseOver()
    {
        if (_phase == Phase.Draining)
        {
            _phase = Phase.Closing;
            TellConnections(ConnectionProtocol.Close.Instance);
            _phaseTimer.Start(_flushTimeout);
        }
        else if (_phase == Phase.Closing)
        {
            _phase = Phase.Aborting;
            TellConnections(ConnectionProtocol.Abort.Instance);
        }
    }

    private void AnswerWhenEmpty()
    {
        if (_connections > 0 || _phase == Phase.Adopting)
        {
            return;
        }

        _phaseTimer.Cancel();
        var drained = new ListenerProtocol.Drained(_finished, _closed, _aborted);
        _drainers.ForEach(asker => asker.Tell(drained, Self));
        _drainers.Clear();
    }

    private void TellConnections(object message)
    {
        foreach (var connection in Context.GetChildren())
        {
            connection.Tell(message, Self);
        }
    }
}
