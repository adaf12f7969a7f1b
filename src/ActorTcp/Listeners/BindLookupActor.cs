using ActorTcp.Dispatch;
using ActorTcp.EventLoop;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Listeners;

/// <summary>
/// Looks up the host name of one <see cref="ListenerProtocol.Bind"/>. It then sends the Bind, with the addresses, to the manager, and stops.
/// </summary>
internal sealed class BindLookupActor : UntypedActor
{
    private readonly ListenerProtocol.Bind _bind;
    private readonly IActorRef _binder;
    private readonly TimeSpan _timeout;
    private readonly HostLookups _lookups;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly ActorTimer _timer;
    private HostRequest? _request;

    public BindLookupActor(ListenerProtocol.Bind bind, IActorRef binder, PollLoop loop, HostLookups lookups, TimeSpan timeout)
    {
        _bind = bind;
        _binder = binder;
        _lookups = lookups;
        _timeout = timeout;
        _timer = new ActorTimer(Self, loop);
    }

    protected override void PreStart()
    {
        _timer.Start(_timeout);
        _request = _lookups.Request(_bind.Host!, _bind.Address.Port, new LookupForwarder(Self));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case LookedUp { Result: var result } when result.Request == _request:
                _request = null;
                if (result.FailureOf(_bind.Host!) is (var errno, var text))
                {
                    Fail(errno, text);
                }
                else
                {
                    Context.Parent.Tell(_bind with { Resolved = [.. result.Addresses.Distinct()] }, _binder);
                }

                Context.Stop(Self);
                break;
            case ActorTimer timer when timer.TakeDue() && _request is not null:
                Fail(Errno.ETIMEDOUT, $"{_bind.Host} was not looked up within {_timeout}: {GiveUp()}");
                Context.Stop(Self);
                break;
        }
    }

    protected override void PostStop()
    {
        _timer.Cancel();
        if (_request is not null)
        {
            _ = GiveUp();
            Fail(Errno.ESHUTDOWN, BindFailures.SystemStops);
        }
    }

    private string GiveUp()
    {
        var state = _lookups.GiveUp(_request!);
        _request = null;
        return state;
    }

    private void Fail(Errno errno, string text) => BindFailures.Tell(
        _binder,
        new ListenerProtocol.BindFailed(_bind.Address, errno, $"Cannot listen on {_bind.Where}: {text} ({errno})"),
        Context,
        _log);
}
