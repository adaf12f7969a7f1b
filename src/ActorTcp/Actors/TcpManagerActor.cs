using System.Globalization;
using Akka.Actor;
using ActorTcp.Polling;
using ActorTcp.Sockets;

namespace ActorTcp.Actors;

/// <summary>Supervises the listeners: <see cref="ListenerProtocol.Bind"/> makes one. Reached as <c>system.ActorTcp().Manager</c>.</summary>
internal sealed class TcpManagerActor(PollExecutorLoops loops, ListenerSettings settings, ConnectionSettings connectionSettings) : UntypedActor
{
    /// <summary>
    /// A listener that fails goes on as it is, however it was made to fail: a restart would restart its connections and
    /// their handlers with it (Akka restarts the children that a restarted actor has left).
    /// </summary>
    private static readonly SupervisorStrategy ListenerStrategy =
        new OneForOneStrategy(failure => failure is ActorInitializationException ? Directive.Stop : Directive.Resume);

    private long _listeners;

    protected override SupervisorStrategy SupervisorStrategy() => ListenerStrategy;

    protected override void PreRestart(Exception reason, object message)
    {
        // The listeners stay.
    }

    protected override void OnReceive(object message)
    {
        if (message is not ListenerProtocol.Bind bind)
        {
            Unhandled(message);
            return;
        }

        var binder = Sender;
        var listener = bind.Settings ?? settings;
        var connection = bind.ConnectionSettings ?? connectionSettings;
        var broken = listener.BrokenRules().Concat(connection.BrokenRules()).ToList();
        if (broken.Count > 0)
        {
            binder.Tell(new ListenerProtocol.BindFailed(bind.Address, Errno.EINVAL, $"Cannot listen on {bind.Address}: {string.Join("; ", broken)}"), Self);
            return;
        }

        var loop = (int)(_listeners++ % loops.Count);
        var socket = new ServerSocket { Limits = listener.Limits };
        Context.ActorOf(
            Props.Create(() => new ListenerActor(socket, bind, binder, loops, loop, listener, connection))
                .WithDispatcher(PollExecutorLoops.DispatcherId(loop)),
            string.Create(CultureInfo.InvariantCulture, $"listener-{Uid.Next()}"));
    }

    /// <summary>Names stay unique over restarts.</summary>
    private static class Uid
    {
        private static long _last;

        public static long Next() => Interlocked.Increment(ref _last);
    }
}
