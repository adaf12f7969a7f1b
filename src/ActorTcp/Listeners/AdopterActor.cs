using ActorTcp.Connections;
using ActorTcp.Dispatch;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Listeners;

/// <summary>
/// Adopts sockets and supervises their connections, which it spreads over the poll loops in turn. One per actor system, made with the first
/// <see cref="AdoptionProtocol.Adopt"/>. When the system stops, its connections drain like those of a listener.
/// </summary>
internal sealed class AdopterActor : UntypedActor
{
    private static readonly ConnectionStrategy Strategy = new();

    private readonly ITransport _transport;
    private readonly PollExecutorLoops _loops;
    private readonly int _loop;
    private readonly ConnectionSettings _settings;
    private readonly ActorTimer _drainTimer;
    private readonly Drain _drain;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private long _adopted;
    private int _connections;

    public AdopterActor(ITransport transport, PollExecutorLoops loops, int loop, ConnectionSettings settings, TimeSpan flushTimeout)
    {
        _transport = transport;
        _loops = loops;
        _loop = loop;
        _settings = settings;
        _drainTimer = new ActorTimer(Self, loops[loop]);
        _drain = new Drain(_drainTimer.Start, _drainTimer.Cancel, flushTimeout);
    }

    protected override SupervisorStrategy SupervisorStrategy() => Strategy;

    protected override void PostStop() => _drainTimer.Cancel();

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
                TellConnections(_drain.OnTimer());
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

        if (_drain.HasBegun)
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
        var handler = HandlerFactory.On(PollExecutorLoops.DispatcherId(loop), adopt.Handler, adopt.HandlerOptions);
        var factory = new ConnectionFactory(_loops[loop], settings, handler, ActorRefs.Nobody) { Adoption = adoption };
        Context.Watch(Context.ActorOf(factory.PropsOf(channel), (++_adopted).ToString(CultureInfo.InvariantCulture)));
        _connections++;
    }

    private void OnConnectionGone()
    {
        _connections--;
        _drain.OnConnectionEnded();
        AnswerWhenEmpty();
    }

    private void OnDrain(TimeSpan deadline)
    {
        TellConnections(_drain.Request(deadline, Sender, _loops[_loop].Now));
        AnswerWhenEmpty();
    }

    private void AnswerWhenEmpty()
    {
        if (_connections == 0 && _drain.HasBegun)
        {
            _drain.Complete(Self);
        }
    }

    private void TellConnections(object? command)
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
}
