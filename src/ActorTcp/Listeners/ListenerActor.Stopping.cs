using ActorTcp.Connections;
using ActorTcp.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Listeners;

/// <summary>How a listener ends: Unbind, Drain, and its stop after the last connection.</summary>
internal sealed partial class ListenerActor
{
    private readonly ActorTimer _drainTimer;
    private readonly Drain _drain;

    private void OnUnbind()
    {
        if (_phase == ListenerPhase.Listening)
        {
            CloseServer(_mailbox!.OnAccepted);
            _phase = ListenerPhase.Unbound;
            _log.Debug("{Listener} {LocalAddress} is unbound; its {Connections} connections stay", _name, Address, _connections + _socket.Unprocessed);
        }

        Sender.Tell(new ListenerProtocol.Unbound(Address), Self);
        StopWhenEmpty();
    }

    private void OnDrain(TimeSpan deadline)
    {
        if (_phase == ListenerPhase.Ended)
        {
            Sender.Tell(_drain.Result, Self);
            return;
        }

        if (_phase != ListenerPhase.Draining)
        {
            CloseServer(_mailbox!.OnAccepted);
            _phase = ListenerPhase.Draining;
            _log.Debug("{Listener} {LocalAddress} drains: {Connections} connections may finish within {Deadline}", _name, Address, _connections + _socket.Unprocessed, deadline);
        }

        TellConnections(_drain.Request(deadline, Sender, _loops[_loop].Now));
        StopWhenEmpty();
    }

    /// <summary>Closes the server socket. The clients in its backlog have a connection already: the kernel would reset them.</summary>
    private void CloseServer(Action<IAcceptedConnection> onPending)
    {
        if (_phase == ListenerPhase.Listening)
        {
            _retryTimer.Cancel();
            _quietTimer.Cancel();
            _socket.Channel?.AcceptPending(onPending);
            _socket.Close();
        }
    }

    /// <summary>Stops after what is in the mailbox, so that everybody who asked before gets an answer.</summary>
    private bool StopWhenEmpty()
    {
        if (_phase is ListenerPhase.Listening or ListenerPhase.Ended || _connections > 0 || _socket.Unprocessed > 0)
        {
            return _phase == ListenerPhase.Ended;
        }

        _log.Debug("{Listener} {LocalAddress} stops: no connection is left", _name, Address);
        _phase = ListenerPhase.Ended;
        _drain.Complete(Self);
        Self.Tell(PoisonPill.Instance, Self);
        return true;
    }
}
