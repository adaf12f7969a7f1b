using ActorTcp.Dispatch;
using ActorTcp.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Listeners;

/// <content>The end of a listener: Unbind, Drain, and its stop after the last connection.</content>
internal sealed partial class ListenerActor
{
    private readonly ActorTimer _drainTimer;
    private readonly Drain _drain;

    private void OnUnbind()
    {
        if (_phase == ListenerPhase.Listening)
        {
            CloseServer(_forwarder!.OnAccepted);
            _phase = ListenerPhase.Unbound;
            _log.Debug("{Listener} {LocalAddress} is unbound; its {Connections} connections stay open", _name, Address, _connections + _socket.Unprocessed);
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
            CloseServer(_forwarder!.OnAccepted);
            _phase = ListenerPhase.Draining;
            _log.Debug("{Listener} {LocalAddress} drains: its {Connections} connections have {Deadline} to finish", _name, Address, _connections + _socket.Unprocessed, deadline);
        }

        SendToConnections(_drain.Request(deadline, Sender, _loops[_loop].Now));
        StopWhenEmpty();
    }

    /// <summary>
    /// Closes the server socket. It accepts the clients in the backlog before, because they are already connected, and the kernel would reset them. But
    /// the service manager keeps an inherited socket open, so its clients wait in the backlog for the next process.
    /// </summary>
    /// <param name="onPending">Receives each of these clients.</param>
    private void CloseServer(Action<IAcceptedConnection> onPending)
    {
        if (_phase == ListenerPhase.Listening)
        {
            _tlsFiles?.Stop();
            _retryTimer.Cancel();
            _quietTimer.Cancel();
            _rateTimer.Cancel();
            if (_socket.Inherited is null)
            {
                _socket.Channel?.AcceptPending(onPending);
            }

            _socket.Close();
        }
    }

    /// <summary>
    /// Stops the listener if it does not listen and has no connection. The PoisonPill is queued after the messages in the mailbox, so these are
    /// answered first.
    /// </summary>
    /// <returns>Whether the listener is stopping.</returns>
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
