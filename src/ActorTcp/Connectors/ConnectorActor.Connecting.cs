using ActorTcp.Connections;
using ActorTcp.Dispatch;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Connectors;

/// <content>One connect: the lookup of the host, the attempts at its addresses, and the start of the connection.</content>
internal sealed partial class ConnectorActor
{
    private void BeginConnect()
    {
        _phaseTimer.Start(_settings.ConnectTimeout);
        if (SockAddr.TryCreate(_connect.Host, _connect.Port, 0) is { } literal || (SockAddr.HasUnixPrefix(_connect.Host) && SockAddr.TryParse(_connect.Host, out literal)))
        {
            TryAddresses([literal]);
            return;
        }

        _state = new ConnectorState.Resolving(_lookups.Request(_connect.Host, _connect.Port, new LookupForwarder(Self)));
    }

    private void OnLookedUp(HostLookupResult result)
    {
        if (_state is not ConnectorState.Resolving resolving || resolving.Request != result.Request)
        {
            // The result of a request that was given up after the result was sent.
            return;
        }

        if (result.FailureOf(_connect.Host) is (var errno, var text))
        {
            Retry(FailedBy(errno, text));
        }
        else
        {
            TryAddresses(result.Addresses);
        }
    }

    private void TryAddresses(IReadOnlyList<SockAddr> addresses)
    {
        if (_connect.LocalAddress is { } local)
        {
            addresses = [.. addresses.Where(address => address.Domain == local.Domain)];
            if (addresses.Count == 0)
            {
                Retry(FailedBy(Errno.EAFNOSUPPORT, $"{_connect.Host} has no address of the family of the local address, {local}"));
                return;
            }
        }

        var options = new ConnectOptions(_connect.LocalAddress, [.. _connectionSettings.SocketOptions, .. _settings.SocketOptions]);
        var attempts = new HappyEyeballs(_transport, _loop, addresses, options, _forwarder);
        _state = new ConnectorState.Connecting(attempts);
        TryNextAddress(attempts);
    }

    /// <summary>Starts the attempt at the next address. If no attempt is left, the connect has failed.</summary>
    private void TryNextAddress(HappyEyeballs attempts)
    {
        attempts.BeginNext();
        if (attempts.HasNext)
        {
            _nextAddressTimer.Start(_settings.AttemptDelay);
        }
        else
        {
            _nextAddressTimer.Cancel();
        }

        if (attempts.HasFailed)
        {
            Retry(FailedAt(attempts, attempts.Failed[^1].Errno));
        }
    }

    private void OnAddressFailed(HappyEyeballs attempts, ConnectEventForwarder.Failed failed)
    {
        if (attempts.Fail(failed.Attempt, failed.Errno))
        {
            TryNextAddress(attempts);
        }
    }

    private void OnAddressConnected(HappyEyeballs attempts, IConnectAttempt attempt)
    {
        if (!attempts.TryTake(attempt, out var channel))
        {
            return;
        }

        if (channel is null)
        {
            TryNextAddress(attempts);
            return;
        }

        CancelTimers();
        _connectionCount++;
        var factory = new ConnectionFactory(_loop, _connectionSettings, _handlerFactory, ActorRefs.Nobody, Self) { ProxyHeader = _connect.ProxyHeader, Tls = _tls, TlsHost = SockAddr.HasUnixPrefix(_connect.Host) ? null : _connect.Host };
        var connection = Context.ActorOf(factory.PropsOf(channel), $"{_connectionCount}");
        Context.Watch(connection);
        if (_tls is null)
        {
            OnConnected(connection, channel);
        }
        else
        {
            _state = new ConnectorState.Securing(connection, channel, attempts, null);
        }
    }

    private void OnConnected(IActorRef connection, IChannel channel)
    {
        _state = new ConnectorState.Up(connection, _loop.Now);
        _log.Debug("{Connector} {RemoteHost} is connected to {RemoteAddress}", Self.Path.Name, ToString(), channel.RemoteAddress);
        if (_handlerFactory is null)
        {
            connection.Tell(new ConnectionProtocol.Register(_handler, _connect.HandlerOptions), Self);
        }

        // The connection runs on this thread, so it handles no message before this method returns. Its handler cannot send before the queued Sends.
        _sends.ForwardQueued(connection);
        var connected = new ConnectorProtocol.Connected(Self, connection, channel.RemoteAddress!, channel.LocalAddress!);
        _connect.Awaiter?.Succeed(connected);
        TellOwner(connected);
    }

    /// <summary>The failure of a connect whose attempts have all failed.</summary>
    private ConnectorProtocol.ConnectFailed FailedAt(HappyEyeballs attempts, Errno errno) => new(
        Self,
        _connect.Host,
        _connect.Port,
        errno,
        $"Cannot connect to {this}: {string.Join("; ", attempts.Failed.Select(failed => failed.Text))}",
        [.. attempts.Failed]);

    /// <summary>The failure of a connect without an attempt.</summary>
    private ConnectorProtocol.ConnectFailed FailedBy(Errno errno, string why) =>
        new(Self, _connect.Host, _connect.Port, errno, $"Cannot connect to {this}: {why}", []);
}

/// <summary>Sends the results of connect attempts to their connector, as messages.</summary>
internal sealed class ConnectEventForwarder(IActorRef actor) : IConnectAttemptOwner
{
    public void OnConnected(IConnectAttempt connecting) => actor.Tell(new Connected(connecting), ActorRefs.NoSender);

    public void OnConnectFailed(IConnectAttempt connecting, Errno errno) => actor.Tell(new Failed(connecting, errno), ActorRefs.NoSender);

    internal sealed record Connected(IConnectAttempt Attempt) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    internal sealed record Failed(IConnectAttempt Attempt, Errno Errno) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
