using ActorTcp.Diagnostics;
using ActorTcp.Protocol;
using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Connectors;

/// <content>The end of a connection, the decision to connect again, and the end of the connector.</content>
internal sealed partial class ConnectorActor
{
    private void OnConnectionClosed(ListenerProtocol.ConnectionClosed ended)
    {
        switch (_state)
        {
            case ConnectorState.Up up when up.Connection.Equals(ended.Connection):
                Leave(up, ended.Closed);
                break;
            case ConnectorState.Securing securing when securing.Connection.Equals(ended.Connection):
                _state = securing with { Reason = ended.Closed };
                return;
            case ConnectorState.Closing closing when closing.Connection.Equals(ended.Connection):
                _state = closing with { Reason = ended.Closed };
                break;
            default:
                return;
        }

        _owner.Tell(new ConnectorProtocol.Disconnected(Self, ended.Connection, ended.Closed), Self);
    }

    private void OnConnectionStopped(ConnectorState.Up up)
    {
        Leave(up, Stopped());
        ReportStopped(up.Connection);
    }

    private void Leave(ConnectorState.Up up, ConnectionProtocol.Closed reason)
    {
        _reconnects.OnDisconnected(up.Since, _loop.Now);
        _state = new ConnectorState.Leaving(up.Connection, reason);
    }

    private void OnTerminated(IActorRef gone)
    {
        var isOwner = gone.Equals(_owner);
        if (isOwner)
        {
            _log.Debug("{Connector} {RemoteHost} has lost its owner {Owner}", Self.Path.Name, ToString(), _owner.Path);
            _owner = ActorRefs.Nobody;
        }

        if (gone.Equals(_handler))
        {
            OnHandlerStopped();
            return;
        }

        if (isOwner)
        {
            OnClose(ConnectionProtocol.Close.Instance, CloseReason.Closed);
            return;
        }

        if (_state is ConnectorState.Up up && up.Connection.Equals(gone))
        {
            // The connection's actor failed in its start, so it has not sent ConnectionClosed.
            OnConnectionStopped(up);
        }

        switch (_state)
        {
            case ConnectorState.Leaving leaving when leaving.Connection.Equals(gone):
                _sends.FailInFlight(leaving.Reason.Errno);
                OnDisconnected(leaving.Reason);
                break;
            case ConnectorState.Securing securing when securing.Connection.Equals(gone):
                var failure = securing.Reason ?? Stopped();
                var errno = failure.Errno == 0 ? Errno.EPROTO : failure.Errno;
                securing.Attempts.FailSecuring(securing.Channel.RemoteAddress!, errno, failure.Text);
                Retry(FailedAt(securing.Attempts, errno));
                break;
            case ConnectorState.Closing closing when closing.Connection.Equals(gone):
                End(closing.Reason is { } reason ? ClosedWith(reason) : ClosedBy(CloseReason.ConnectionStopped));
                break;
            default:
                break;
        }
    }

    /// <summary>Ends a connector without a connection. A connection ends without its handler by itself, and the connector ends after it.</summary>
    private void OnHandlerStopped()
    {
        _handler = ActorRefs.Nobody;
        if (_state is ConnectorState.Resolving or ConnectorState.Connecting or ConnectorState.Securing or ConnectorState.Waiting)
        {
            End(ClosedBy(CloseReason.HandlerStopped));
        }
    }

    private void OnDisconnected(ConnectionProtocol.Closed reason)
    {
        var mayReconnect = reason.Reason is not (CloseReason.Closed or CloseReason.Aborted or CloseReason.HandlerStopped or CloseReason.Detached);
        if (mayReconnect && (_handlerFactory is not null || !_handler.IsNobody()))
        {
            Retry(ClosedWith(reason));
        }
        else
        {
            End(ClosedWith(reason));
        }
    }

    /// <summary>Schedules the next attempt, or ends the connector if its policy allows no more.</summary>
    /// <param name="lastEvent">The last event of the connector, if it ends.</param>
    private void Retry(object lastEvent)
    {
        CancelTimers();
        if (!_reconnects.TryNext(_loop.Now, out var wait))
        {
            End(lastEvent, lastEvent is ConnectorProtocol.ConnectFailed || !_settings.Policy.IsNone);
            return;
        }

        _state = new ConnectorState.Waiting();
        _phaseTimer.Start(wait);
        var (errno, text) = CauseOf(lastEvent);
        if (_reconnects.Attempts == 1)
        {
            LogWith(lastEvent).Warning("{Connector} {RemoteHost}: {Text}; it tries again", Self.Path.Name, ToString(), text);
        }

        if (!_isOwnerAsk)
        {
            _owner.Tell(new ConnectorProtocol.Reconnecting(Self, wait, _reconnects.Attempts, errno, text), Self);
        }
    }

    private void OnClose(object command, CloseReason reason)
    {
        switch (_state)
        {
            case ConnectorState.Up up:
                _state = new ConnectorState.Closing(up.Connection, null);
                up.Connection.Tell(command, Self);
                break;
            case ConnectorState.Closing { Reason: null } closing:
                closing.Connection.Tell(command, Self);
                break;
            case ConnectorState.Leaving leaving:
                _sends.FailQueued(0, reason.Text());
                _state = new ConnectorState.Closing(leaving.Connection, leaving.Reason);
                break;
            case ConnectorState.Closing or ConnectorState.Ended:
                break;
            default:
                End(ClosedBy(reason));
                break;
        }
    }

    /// <summary>Ends the connector. Its PoisonPill is queued after the messages in the mailbox, so these are answered first.</summary>
    /// <param name="lastEvent">ConnectFailed or Closed, for the owner.</param>
    /// <param name="isFailure">Whether the log has a warning if no owner receives the event.</param>
    private void End(object lastEvent, bool isFailure = false)
    {
        EndNow(lastEvent, isFailure);
        Self.Tell(PoisonPill.Instance, Self);
    }

    private void EndNow(object lastEvent, bool isFailure = false)
    {
        CancelTimers();
        switch (_state)
        {
            case ConnectorState.Resolving resolving:
                _lookups.GiveUp(resolving.Request);
                break;
            case ConnectorState.Connecting connecting:
                connecting.Attempts.Close();
                break;
            case ConnectorState.Up up:
                ReportStopped(up.Connection);
                break;
            case ConnectorState.Closing { Reason: null } closing:
                ReportStopped(closing.Connection);
                break;
            default:
                break;
        }

        _state = new ConnectorState.Ended();
        var (errno, text) = CauseOf(lastEvent);
        _sends.FailInFlight(errno);
        _sends.FailQueued(errno, text);
        var isReported = !_owner.IsNobody() | (_connect.Awaiter?.Fail(_connect, errno, text, lastEvent) ?? false);
        TellOwner(lastEvent);
        if (isFailure && !isReported)
        {
            // No owner and no awaiter has received the failure, so it must be in the log.
            LogWith(lastEvent).Warning("{Connector} {RemoteHost} has failed: {Text}", Self.Path.Name, ToString(), text);
        }
        else
        {
            LogWith(lastEvent).Debug("{Connector} {RemoteHost} has ended: {Text}", Self.Path.Name, ToString(), text);
        }
    }

    private ILoggingAdapter LogWith(object lastEvent) => lastEvent is ConnectorProtocol.Closed closed
        ? _log.WithReason(closed.Reason, closed.Errno)
        : _log.WithReason(nameof(ConnectorProtocol.ConnectFailed), CauseOf(lastEvent).Errno);

    /// <summary>Reports a connection that stopped with this connector, before its ConnectionClosed could be handled.</summary>
    private void ReportStopped(IActorRef connection) => _owner.Tell(new ConnectorProtocol.Disconnected(Self, connection, Stopped()), Self);

    private static ConnectionProtocol.Closed Stopped() =>
        new(CloseReason.ConnectionStopped, 0, CloseReason.ConnectionStopped.Text(), 0);

    private ConnectorProtocol.Closed ClosedWith(ConnectionProtocol.Closed reason) => new(Self, reason.Reason, reason.Errno, reason.Text);

    private static (Errno Errno, string Text) CauseOf(object lastEvent) => lastEvent switch
    {
        ConnectorProtocol.ConnectFailed failed => (failed.Errno, failed.Text),
        ConnectorProtocol.Closed closed => (closed.Errno, closed.Text),
        _ => throw new ArgumentException($"The last event is {lastEvent}; it must be ConnectFailed or Closed", nameof(lastEvent)),
    };
}
