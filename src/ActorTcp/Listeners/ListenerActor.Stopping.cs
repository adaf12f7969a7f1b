using ActorTcp.Connections;
using ActorTcp.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Listeners;

/// <content>The end of a listener: Unbind, Drain, and its stop after the last connection.</content>
internal sealed partial class ListenerActor
{
    private readonly List<IActorRef> _drainers = [];
    private readonly ActorTimer _phaseTimer;
    private long _drainDueAt = long.MaxValue;
    private int _finished;
    private int _closed;
    private int _aborted;

    private ListenerProtocol.Drained Drained => new(_finished, _closed, _aborted);

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

    /// <summary>Starts a drain. Several Drains are answered together at the end, and the earliest of their deadlines counts.</summary>
    private void OnDrain(TimeSpan deadline)
    {
        if (_phase == ListenerPhase.Ended)
        {
            Sender.Tell(Drained, Self);
            return;
        }

        _drainers.Add(Sender);
        if (_phase is ListenerPhase.Listening or ListenerPhase.Unbound)
        {
            CloseServer(_forwarder!.OnAccepted);
            _phase = ListenerPhase.Draining;
            _log.Debug("{Listener} {LocalAddress} drains: its {Connections} connections have {Deadline} to finish", _name, Address, _connections + _socket.Unprocessed, deadline);
        }

        var due = _loops[_loop].Now + Milliseconds(deadline);
        if (!StopWhenEmpty() && _phase == ListenerPhase.Draining && due < _drainDueAt)
        {
            _drainDueAt = due;
            if (deadline > TimeSpan.Zero)
            {
                _phaseTimer.Start(deadline);
            }
            else
            {
                _phaseTimer.Cancel();
                OnPhaseTimeout();
            }
        }
    }

    /// <summary>The deadline of the drain has passed, or the flush time-out after it.</summary>
    private void OnPhaseTimeout()
    {
        switch (_phase)
        {
            case ListenerPhase.Draining:
                _phase = ListenerPhase.Closing;
                SendToConnections(ConnectionProtocol.Close.Instance);
                _phaseTimer.Start(_flushTimeout);
                break;
            case ListenerPhase.Closing:
                _phase = ListenerPhase.Aborting;
                SendToConnections(ConnectionProtocol.Abort.Instance);
                break;
        }
    }

    private void CountDrainedConnection()
    {
        switch (_phase)
        {
            case ListenerPhase.Draining:
                _finished++;
                break;
            case ListenerPhase.Closing:
                _closed++;
                break;
            case ListenerPhase.Aborting:
                _aborted++;
                break;
        }
    }

    /// <summary>
    /// Closes the server socket. It accepts the clients in the backlog before, because they are already connected, and the kernel would reset them.
    /// </summary>
    /// <param name="onPending">Receives each of these clients.</param>
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
        _phaseTimer.Cancel();
        _drainers.ForEach(drainer => drainer.Tell(Drained, Self));
        Self.Tell(PoisonPill.Instance, Self);
        return true;
    }

    private static long Milliseconds(TimeSpan time) => (long)Math.Clamp(time.TotalMilliseconds, 0, int.MaxValue);
}
