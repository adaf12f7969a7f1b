using Akka.Actor;
using ActorTcp.Polling;
using ActorTcp.Sockets;

namespace ActorTcp.Actors;

/// <summary>
/// Supervises the listeners and the connectors: <see cref="ListenerProtocol.Bind"/> and <see cref="ConnectorProtocol.Connect"/> make
/// one. Reached as <c>system.ActorTcp().Manager</c>.
/// </summary>
internal sealed class TcpManagerActor(PollExecutorLoops loops, ActorTcpSettings settings) : UntypedActor
{
    /// <summary>
    /// One that fails goes on as it is, however it was made to fail: a restart would restart its connections and
    /// their handlers with it (Akka restarts the children that a restarted actor has left).
    /// </summary>
    private static readonly SupervisorStrategy Strategy =
        new OneForOneStrategy(failure => failure is ActorInitializationException ? Directive.Stop : Directive.Resume);

    private long _made;

    protected override SupervisorStrategy SupervisorStrategy() => Strategy;

    protected override void PreRestart(Exception reason, object message)
    {
        // Listeners and connectors stay.
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ListenerProtocol.Bind bind:
                Listen(bind);
                break;
            case ConnectorProtocol.Connect connect:
                Connect(connect);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Listen(ListenerProtocol.Bind bind)
    {
        var listener = bind.Settings ?? settings.Listener;
        var connection = bind.ConnectionSettings ?? settings.Connection;
        var broken = listener.BrokenRules().Concat(connection.BrokenRules()).ToList();
        var binder = Sender;
        if (broken.Count > 0)
        {
            binder.Tell(new ListenerProtocol.BindFailed(bind.Address, Errno.EINVAL, $"Cannot listen on {bind.Address}: {string.Join("; ", broken)}"), Self);
            return;
        }

        var loop = NextLoop();
        var socket = new ServerSocket { Limits = listener.Limits };
        Make(Props.Create(() => new ListenerActor(socket, bind, binder, loops, loop, listener, connection)), loop, "listener");
    }

    private void Connect(ConnectorProtocol.Connect connect)
    {
        var loop = NextLoop();
        var owner = Sender;
        Make(Props.Create(() => new ConnectorActor(connect, owner, loops[loop], settings.Connector, settings.Connection)), loop, "connector");
    }

    private int NextLoop() => (int)(_made++ % loops.Count);

    private static void Make(Props props, int loop, string kind) => Context.ActorOf(
        props.WithDeploy(Deploy.Local.WithDispatcher(PollExecutorLoops.DispatcherId(loop))),
        string.Create(CultureInfo.InvariantCulture, $"{kind}-{Uid.Next()}"));

    /// <summary>Names stay unique over restarts.</summary>
    private static class Uid
    {
        private static long _last;

        public static long Next() => Interlocked.Increment(ref _last);
    }
}
