using ActorTcp.Diagnostics;
using ActorTcp.Protocol;
using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Connectors;

/// <summary>What a connector does when its connection has ended or none came about, and how it ends itself.</summary>
internal sealed partial class ConnectorActor
{
    private void OnConnectionClosed(ListenerProtocol.ConnectionClosed ended)
    {
        switch (_phase)
        {
            case ConnectorPhase.Up up when up.Connection.Equals(ended.Connection):
                Leave(up, ended.Closed);
                break;
            case ConnectorPhase.Closing closing when closing.Connection.Equals(ended.Connection):
                _phase = closing with { Reason = ended.Closed };
                break;
            default:
                return;
        }

        _owner.Tell(new ConnectorProtocol.Disconnected(Self, ended.Connection, ended.Closed), Self);
    }

    private void OnConnectionStopped(ConnectorPhase.Up up)
    {
        Leave(up, Stopped());
        TellStopped(up.Connection);
    }

    private void Leave(ConnectorPhase.Up up, ConnectionProtocol.Closed reason)
    {
        OnConnectionLasted(_loop.Now - up.Since);
        _phase = new ConnectorPhase.Leaving(up.Connection, reason);
    }

    /// <summary>
    /// A connection that lasted long enough makes the attempts and their time begin anew. A shorter one leaves both as they were: the time
    /// that it lasted is not taken for time without a connection.
    /// </summary>
    private void OnConnectionLasted(long milliseconds)
    {
        if (milliseconds >= _settings.Policy.ResetAfter.TotalMilliseconds)
        {
            _attempt = 0;
            _downSince = _loop.Now;
        }
        else
        {
            _downSince += milliseconds;
        }
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
            OnHandlerGone();
            return;
        }

        if (isOwner)
        {
            OnClose(ConnectionProtocol.Close.Instance, CloseReason.Closed);
            return;
        }

        if (_phase is ConnectorPhase.Up up && up.Connection.Equals(gone))
        {
            // The connection's actor did not start, and an actor that does not start sends no end.
            OnConnectionStopped(up);
        }

        switch (_phase)
        {
            case ConnectorPhase.Leaving leaving when leaving.Connection.Equals(gone):
                FailForwarded(leaving.Reason.Errno);
                OnLost(leaving.Reason);
                break;
            case ConnectorPhase.Closing closing when closing.Connection.Equals(gone):
                End(closing.Reason is { } reason ? ClosedWith(reason) : ClosedBy(CloseReason.ConnectionStopped));
                break;
            default:
                break;
        }
    }

    /// <summary>Where there is a connection, that ends by itself without its handler, and this connector behind it.</summary>
    private void OnHandlerGone()
    {
        _handler = ActorRefs.Nobody;
        if (_phase is ConnectorPhase.Resolving or ConnectorPhase.Connecting or ConnectorPhase.Waiting)
        {
            End(ClosedBy(CloseReason.HandlerStopped));
        }
    }

    private void OnLost(ConnectionProtocol.Closed reason)
    {
        var isWanted = reason.Reason is not (CloseReason.Closed or CloseReason.Aborted or CloseReason.HandlerStopped or CloseReason.GivenAway);
        if (isWanted && (_template is not null || !_handler.IsNobody()))
        {
            Retry(ClosedWith(reason));
        }
        else
        {
            End(ClosedWith(reason));
        }
    }

    /// <summary>Tries again after a while, or ends where there are no tries left.</summary>
    private void Retry(object otherwise)
    {
        CancelTimers();
        var policy = _settings.Policy;
        var wait = policy.WaitBefore(_attempt + 1, _chance.NextDouble());
        var down = TimeSpan.FromMilliseconds(_loop.Now - _downSince);
        if (policy.IsNone
            || (policy.MaxAttempts > 0 && _attempt >= policy.MaxAttempts)
            || (policy.MaxTime > TimeSpan.Zero && wait > policy.MaxTime - down))
        {
            End(otherwise, otherwise is ConnectorProtocol.ConnectFailed || !policy.IsNone);
            return;
        }

        _attempt++;
        _phase = new ConnectorPhase.Waiting();
        _phaseTimer.Start(wait);
        var (errno, text) = Why(otherwise);
        if (_attempt == 1)
        {
            LogWith(otherwise).Warning("{Connector} {RemoteHost}: {Text}; it tries again", Self.Path.Name, ToString(), text);
        }

        if (!_isAsked)
        {
            _owner.Tell(new ConnectorProtocol.Reconnecting(Self, wait, _attempt, errno, text), Self);
        }
    }

    private void OnClose(object command, CloseReason reason)
    {
        switch (_phase)
        {
            case ConnectorPhase.Up up:
                _phase = new ConnectorPhase.Closing(up.Connection, null);
                up.Connection.Tell(command, Self);
                break;
            case ConnectorPhase.Closing { Reason: null } closing:
                closing.Connection.Tell(command, Self);
                break;
            case ConnectorPhase.Leaving leaving:
                FailWaiting(ClosedBy(reason));
                _phase = new ConnectorPhase.Closing(leaving.Connection, leaving.Reason);
                break;
            case ConnectorPhase.Closing or ConnectorPhase.Ended:
                break;
            default:
                End(ClosedBy(reason));
                break;
        }
    }

    /// <summary>Ends behind what is in the mailbox, which is answered.</summary>
    private void End(object lastEvent, bool isFailure = false)
    {
        EndNow(lastEvent, isFailure);
        Self.Tell(PoisonPill.Instance, Self);
    }

    private void EndNow(object lastEvent, bool isFailure = false)
    {
        CancelTimers();
        switch (_phase)
        {
            case ConnectorPhase.Resolving resolving:
                _lookups.GiveUp(resolving.Request);
                break;
            case ConnectorPhase.Connecting connecting:
                connecting.Race.Close();
                break;
            case ConnectorPhase.Up up:
                TellStopped(up.Connection);
                break;
            case ConnectorPhase.Closing { Reason: null } closing:
                TellStopped(closing.Connection);
                break;
            default:
                break;
        }

        _phase = new ConnectorPhase.Ended();
        var (errno, text) = Why(lastEvent);
        FailForwarded(errno);
        FailWaiting(lastEvent);
        var isHeard = !_owner.IsNobody() | (_connect.Awaiter?.Fail(_connect, errno, text, lastEvent) ?? false);
        TellOwner(lastEvent);
        if (isFailure && !isHeard)
        {
            // No owner receives the last event.
            LogWith(lastEvent).Warning("{Connector} {RemoteHost} has failed: {Text}", Self.Path.Name, ToString(), text);
        }
        else
        {
            LogWith(lastEvent).Debug("{Connector} {RemoteHost} has ended: {Text}", Self.Path.Name, ToString(), text);
        }
    }

    private ILoggingAdapter LogWith(object lastEvent) => lastEvent is ConnectorProtocol.Closed closed
        ? _log.WithReason(closed.Reason, closed.Errno)
        : _log.WithReason(nameof(ConnectorProtocol.ConnectFailed), Why(lastEvent).Errno);

    /// <summary>Stopped together with this connector, so that what it told of its end was not processed any more.</summary>
    private void TellStopped(IActorRef connection) => _owner.Tell(new ConnectorProtocol.Disconnected(Self, connection, Stopped()), Self);

    private static ConnectionProtocol.Closed Stopped() =>
        new(CloseReason.ConnectionStopped, 0, CloseReason.ConnectionStopped.Text(), 0);

    private ConnectorProtocol.Closed ClosedWith(ConnectionProtocol.Closed reason) => new(Self, reason.Reason, reason.Errno, reason.Text);

    private static (Errno Errno, string Text) Why(object lastEvent) => lastEvent switch
    {
        ConnectorProtocol.ConnectFailed failed => (failed.Errno, failed.Text),
        ConnectorProtocol.Closed closed => (closed.Errno, closed.Text),
        _ => throw new ArgumentException($"{lastEvent} is no last event", nameof(lastEvent)),
    };
}
