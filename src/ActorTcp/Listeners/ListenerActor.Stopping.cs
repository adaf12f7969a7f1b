using ActorTcp.Connections;
using ActorTcp.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Listeners;

/// <summary>How a listener ends: Unbind, Drain, and its stop after the last connection.</summary>
internal sealed partial class ListenerActor
{
    private readonly List<IActorRef> _drainers = [];
    private readonly ActorTimer _phaseTimer;
    private long _drainDue = long.MaxValue;
    private int _finished;
    private int _closed;
    private int _aborted;

    private ListenerProtocol.Drained Drained => new(_finished, _closed, _aborted);

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

    /// <summary>A second Drain is answered together with the first. The earlier deadline counts.</summary>
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
            CloseServer(_mailbox!.OnAccepted);
            _phase = ListenerPhase.Draining;
            _log.Debug("{Listener} {LocalAddress} drains: {Connections} connections may finish within {Deadline}", _name, Address, _connections + _socket.Unprocessed, deadline);
        }

        var due = _loops[_loop].Now + Milliseconds(deadline);
        if (!StopWhenEmpty() && _phase == ListenerPhase.Draining && due < _drainDue)
        {
            _drainDue = due;
            if (deadline > TimeSpan.Zero)
            {
                _phaseTimer.Start(deadline);
            }
            else
            {
                _phaseTimer.Cancel();
                OnPhaseOver();
            }
        }
    }

    /// <summary>The deadline of the drain, or the time to flush after it, is over.</summary>
    private void OnPhaseOver()
    {
        switch (_phase)
        {
            case ListenerPhase.Draining:
                _phase = ListenerPhase.Closing;
                TellConnections(ConnectionProtocol.Close.Instance);
                _phaseTimer.Start(_flushTimeout);
                break;
            case ListenerPhase.Closing:
                _phase = ListenerPhase.Aborting;
                TellConnections(ConnectionProtocol.Abort.Instance);
                break;
        }
    }

    private void CountDrained()
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
        _phaseTimer.Cancel();
        _drainers.ForEach(asker => asker.Tell(Drained, Self));
        Self.Tell(PoisonPill.Instance, Self);
        return true;
    }

    private static long Milliseconds(TimeSpan time) => (long)Math.Clamp(time.TotalMilliseconds, 0, int.MaxValue);
}
