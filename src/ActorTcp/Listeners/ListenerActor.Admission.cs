using ActorTcp.Connections;
using ActorTcp.Dispatch;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using Akka.Event;

namespace ActorTcp.Listeners;

/// <content>Refused clients, and the number of clients that may be accepted.</content>
internal sealed partial class ListenerActor
{
    private readonly ActorTimer _rateTimer;
    private int _countedAddresses;

    /// <summary>
    /// The address of a client for the limits. Null if it comes from a trusted proxy: the address is known when the header of the proxy has been
    /// received (<see cref="ClientIdentified"/>), and the address of the proxy must not be limited.
    /// </summary>
    private SockAddr? AddressOf(IAcceptedConnection accepted) =>
        _connectionFactories[0].Proxy?.Trusts(accepted.RemoteAddress) == true ? null : accepted.RemoteAddress;

    /// <summary>Counts a connection through a proxy for the client's address, or aborts it.</summary>
    private void OnIdentified(ClientIdentified identified)
    {
        if (!_socket.Admission.TryIdentify(identified.Connection, identified.Client, Now, out var reason))
        {
            Count(reason, identified.Client);
            _socket.RefusedLater++;
            Sender.Tell(ConnectionProtocol.Abort.Instance, Self);
        }
        else if (_socket.Admission.ReceiveRates is { AreLimited: true } rates)
        {
            Sender.Tell(new SetReceiveRates(rates), Self);
        }

        CountAddresses(_socket.Admission.Addresses);
    }

    /// <summary>
    /// Closes an accepted client. At a limit of the whole listener the client receives the answer and an end of stream. In the other cases it is reset,
    /// because a flood must not leave sockets in TIME_WAIT.
    /// </summary>
    private void Refuse(IAcceptedConnection accepted, SockAddr client, RefuseReason reason)
    {
        Count(reason, client);
        if (reason is RefuseReason.MaxConnections or RefuseReason.AcceptRate)
        {
            accepted.Refuse(_socket.Limits.AnswerBytes);
        }
        else
        {
            accepted.Reset();
        }

        OnAdmissionChanged();
    }

    private void Count(RefuseReason reason, SockAddr client)
    {
        _socket.Refusals.Count(reason);
        _loops[_loop].Meters.Refused[(int)reason]++;
        ReportLimitReached(reason, client);
    }

    private void OnAdmissionChanged()
    {
        CountAddresses(_socket.Admission.Addresses);
        if (_socket.Admission.LimitsAllowance || HandshakeRoom < long.MaxValue)
        {
            UpdateAllowance();
        }
    }

    /// <summary>Publishes LimitReached and logs a warning, each at most as often as it promises.</summary>
    private void ReportLimitReached(RefuseReason reason, SockAddr? client)
    {
        if (reason == RefuseReason.MaxConnections && _limitReported)
        {
            return;
        }

        var mayReport = _socket.Refusals.TryReport(reason, Now, out var count);
        if (mayReport && reason == RefuseReason.MaxConnections)
        {
            _log.Warning(
                "{Listener} {LocalAddress} has {Connections} connections, its maximum; policy {LimitPolicy}",
                _name,
                Address,
                _connections,
                _socket.Limits.Policy);
        }
        else if (mayReport && client is not null)
        {
            _log.Warning(
                "{Listener} {LocalAddress} refuses {RemoteAddress}: {RefuseReason}; {Count} since the last such warning",
                _name,
                Address,
                client,
                reason,
                count);
        }

        if (mayReport || reason == RefuseReason.MaxConnections)
        {
            _limitReported |= reason == RefuseReason.MaxConnections;
            Context.System.EventStream.Publish(new ListenerProtocol.LimitReached(Self, _socket.Limits) { Reason = reason, RemoteAddress = client });
        }
    }

    /// <summary>Sets the number of further connections that the channel may accept: none while accepting is paused, otherwise up to the limits.</summary>
    private void UpdateAllowance()
    {
        if (_phase != ListenerPhase.Listening)
        {
            return;
        }

        var room = Math.Min(HandshakeRoom, _socket.Admission.Room(_connections, Now, out var wait));
        _socket.Channel?.Allow(_socket.Processed, _pauseReasons == AcceptPauseReasons.None ? room : 0);
        if (wait > 0)
        {
            _rateTimer.Start(TimeSpan.FromMilliseconds(wait));
            ReportLimitReached(RefuseReason.AcceptRate, null);
        }
    }

    /// <summary>Passes changed receive rates to the present and the later connections.</summary>
    private void UpdateReceiveRates()
    {
        var rates = _socket.Admission.ReceiveRates;
        if (_connectionFactories[0].ReceiveRates == rates)
        {
            return;
        }

        for (var i = 0; i < _connectionFactories.Length; i++)
        {
            _connectionFactories[i] = _connectionFactories[i] with { ReceiveRates = rates };
        }

        SendToConnections(new SetReceiveRates(rates));
    }

    /// <summary>Counts the remembered addresses in the loop's meter.</summary>
    private void CountAddresses(int addresses)
    {
        _loops[_loop].Meters.Addresses += addresses - _countedAddresses;
        _countedAddresses = addresses;
    }
}
