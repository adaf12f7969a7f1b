using ActorTcp.Hosting;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Demo.Supervised;

/// <summary>Crashes what it is told to, counts it, and logs what survived.</summary>
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
        _log.Info("Survived: the connection of {RemoteAddress}. Its handler failed over '{Line}' and was restarted; restarts: {Restarts}", back.RemoteAddress, back.Over, before + 1);
    }

    private void OnCrashListener(CrashProtocol.CrashListener crash)
    {
        _listener++;
        _log.Info("{RemoteAddress} has the listener killed", crash.RemoteAddress);
        var listener = Listener;
        listener.Tell(Kill.Instance);
        TellSurvivors(listener, "the listener itself, its socket and backlog");
    }

    private void OnCrashConnection(CrashProtocol.CrashConnection crash)
    {
        _connections++;
        _log.Info("{RemoteAddress} has its own connection killed", crash.RemoteAddress);
        Context.Watch(crash.Connection);
        crash.Connection.Tell(Kill.Instance);
    }

    private void OnGone(Terminated gone)
    {
        if (!_handlers.Remove(gone.ActorRef))
        {
            TellSurvivors(Listener, "all connections but that one");
        }
    }

    private void OnPinnedBack(PinnedActor.Back back)
    {
        _loop++;
        _log.Info("Survived: poll loop 0, still thread {LoopThread}. The actor on it failed and was restarted; restarts: {Restarts}", back.Thread, _loop);
    }

    private void OnCount(CrashProtocol.Count count) =>
        Sender.Tell(new CrashProtocol.Counts(_handlers.GetValueOrDefault(count.Handler), _listener, _connections, _loop));

    private void TellSurvivors(IActorRef listener, string what)
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

/// <summary>An actor on a poll loop's own thread, among the connections: it fails when it is told to, and says when it is back.</summary>
internal sealed class PinnedActor : ReceiveActor
{
    public PinnedActor() => Receive<CrashProtocol.CrashLoop>(crash => throw new InvalidOperationException($"A crash on a poll loop, as {crash.RemoteAddress} wanted it"));

    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        Context.Parent.Tell(new Back(Environment.CurrentManagedThreadId));
    }

    /// <summary>To the parent.</summary>
    /// <param name="Thread">The thread that it runs on.</param>
    internal sealed record Back(int Thread);
}
