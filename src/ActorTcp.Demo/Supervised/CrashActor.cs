using ActorTcp.Hosting;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Demo.Supervised;

/// <summary>Makes parts of the server fail on request, counts the failures, and logs which parts survived.</summary>
internal sealed class CrashActor : ReceiveActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<IActorRef, int> _handlers = [];
    private readonly IActorRef _pinned;
    private int _listener;
    private int _connections;
    private int _loop;

    public CrashActor()
    {
        _pinned = Context.ActorOf(Props.Create<PinnedActor>().WithDispatcher(Context.System.ActorTcp().DispatcherOf(0)), "pinned");
        Receive<CrashProtocol.HandlerBack>(OnHandlerBack);
        Receive<CrashProtocol.CrashListener>(OnCrashListener);
        Receive<CrashProtocol.CrashConnection>(OnCrashConnection);
        Receive<CrashProtocol.CrashLoop>(crash => _pinned.Tell(crash));
        Receive<PinnedActor.Back>(OnPinnedBack);
        Receive<CrashProtocol.Count>(OnCount);
        Receive<Terminated>(OnGone);
    }

    private static IActorRef Listener => Context.System.TcpServers()["supervised"].Listener;

    private void OnHandlerBack(CrashProtocol.HandlerBack back)
    {
        if (!_handlers.TryGetValue(back.Handler, out var before))
        {
            Context.Watch(back.Handler);
        }

        _handlers[back.Handler] = before + 1;
        _log.Info("Survived: the connection of {RemoteAddress}. Its handler failed at '{Line}' and was restarted; restarts: {Restarts}", back.RemoteAddress, back.Line, before + 1);
    }

    private void OnCrashListener(CrashProtocol.CrashListener crash)
    {
        _listener++;
        _log.Info("{RemoteAddress} kills the listener", crash.RemoteAddress);
        var listener = Listener;
        listener.Tell(Kill.Instance);
        LogSurvivors(listener, "the listener, its socket and its backlog");
    }

    private void OnCrashConnection(CrashProtocol.CrashConnection crash)
    {
        _connections++;
        _log.Info("{RemoteAddress} kills its own connection", crash.RemoteAddress);
        Context.Watch(crash.Connection);
        crash.Connection.Tell(Kill.Instance);
    }

    private void OnGone(Terminated gone)
    {
        if (!_handlers.Remove(gone.ActorRef))
        {
            LogSurvivors(Listener, "all other connections");
        }
    }

    private void OnPinnedBack(PinnedActor.Back back)
    {
        _loop++;
        _log.Info("Survived: poll loop 0 on thread {LoopThread}. An actor on it failed and was restarted; restarts: {Restarts}", back.Thread, _loop);
    }

    private void OnCount(CrashProtocol.Count count) =>
        Sender.Tell(new CrashProtocol.Counts(_handlers.GetValueOrDefault(count.Handler), _listener, _connections, _loop));

    private void LogSurvivors(IActorRef listener, string what)
    {
        var log = _log;
        RunTask(async () =>
        {
            var description = await listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, TimeSpan.FromSeconds(10));
            log.Info(
                "Survived: {Survivor}. Connections: {Connections}; accepting: {Accepting}",
                what,
                description.Connections.Count,
                description.Accepting ? "yes" : "no");
        });
    }
}

/// <summary>An actor on the thread of a poll loop, beside the connections. It throws on request, and notifies its parent after the restart.</summary>
internal sealed class PinnedActor : ReceiveActor
{
    public PinnedActor() => Receive<CrashProtocol.CrashLoop>(crash => throw new InvalidOperationException($"{crash.RemoteAddress} typed crash loop"));

    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        Context.Parent.Tell(new Back(Environment.CurrentManagedThreadId));
    }

    /// <summary>To the parent: this actor was restarted.</summary>
    /// <param name="Thread">The thread on which it runs.</param>
    internal sealed record Back(int Thread);
}
