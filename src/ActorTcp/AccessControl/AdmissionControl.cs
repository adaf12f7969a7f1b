using ActorTcp.Settings;
using ActorTcp.Sockets;

namespace ActorTcp.AccessControl;

/// <summary>
/// Decides which clients of a listener are admitted, and counts the admitted connections by address. Used on the listener's loop; it survives a restart
/// of the listener.
/// </summary>
/// <remarks>
/// <para>The checks come in this order: networks, connections of the address, rate of the address, connections of the listener, rate of the
/// listener, size of the address table. A refused client takes no tokens, so a flood from one address does not use the listener's rate.</para>
/// <para>All connections are in a list with their addresses. So limits per address that are set later, or another prefix length, count the
/// connections that are there already. This rebuilds the table, in time proportional to the number of connections.</para>
/// </remarks>
internal sealed class AdmissionControl
{
    private readonly List<AdmittedConnection> _connections = [];
    private AddressTable _addresses = new();
    private TokenBucket _accepted;
    private TokenRate _acceptRate;
    private TokenRate _addressRate;

    public AdmissionControl(ListenerLimits limits)
    {
        Limits = limits;
        SetRates();
    }

    /// <summary>The current limits.</summary>
    public ListenerLimits Limits { get; private set; }

    /// <summary>The current receive rates of the connections.</summary>
    public ReceiveRates ReceiveRates { get; private set; }

    /// <summary>The number of admitted connections.</summary>
    public int Connections => _connections.Count;

    /// <summary>The number of remembered addresses.</summary>
    public int Addresses => _addresses.Count;

    /// <summary>Whether each accept or refusal changes the number of clients that may be accepted.</summary>
    public bool LimitsAllowance => LeavesInBacklog && (_acceptRate.IsLimited || Limits.MaxConnections > 0);

    private bool LeavesInBacklog => Limits.Policy == LimitPolicy.LeaveInBacklog;

    /// <summary>Admits a client, or refuses it.</summary>
    /// <param name="client">The client's address; null if it is not known yet (<see cref="TryIdentify"/>).</param>
    /// <param name="connections">The present number of connections of the listener.</param>
    /// <param name="now">The time in milliseconds.</param>
    /// <param name="reason">The reason, if the client is refused.</param>
    /// <returns>The admitted connection, which must be released; null if the client is refused.</returns>
    public AdmittedConnection? TryAdmit(SockAddr? client, int connections, long now, out RefuseReason reason)
    {
        _addresses.Sweep(now);
        var address = client is null ? null : AddressBits.Of(client);
        var entry = Find(address);
        if ((ReasonOfAddress(address, entry, now) ?? ReasonOfListener(connections, now) ?? AddEntry(address, ref entry)) is { } refused)
        {
            reason = refused;
            return null;
        }

        if (_acceptRate.IsLimited)
        {
            _ = _accepted.Take(_acceptRate, 1, now);
        }

        reason = default;
        var admitted = new AdmittedConnection(client) { Index = _connections.Count };
        _connections.Add(admitted);
        Count(admitted, entry);
        TakeOfAddress(entry, now);
        return admitted;
    }

    /// <summary>The address of an admitted client has become known, from the header of a proxy. It counts from now on.</summary>
    /// <param name="connection">The connection, which was admitted without an address.</param>
    /// <param name="client">The client's address.</param>
    /// <param name="now">The time in milliseconds.</param>
    /// <param name="reason">The reason, if the client is refused. The caller must end the connection.</param>
    /// <returns>Whether the client is admitted.</returns>
    public bool TryIdentify(AdmittedConnection connection, SockAddr client, long now, out RefuseReason reason)
    {
        reason = default;
        if (connection.Index < 0 || connection.Address is not null)
        {
            return true;
        }

        var address = AddressBits.Of(client);
        var entry = Find(address);
        if ((ReasonOfAddress(address, entry, now) ?? AddEntry(address, ref entry)) is { } refused)
        {
            reason = refused;
            return false;
        }

        connection.Address = client;
        Count(connection, entry);
        TakeOfAddress(entry, now);
        return true;
    }

    /// <summary>An admitted connection has ended. Does nothing after the first time.</summary>
    public void Release(AdmittedConnection connection, long now)
    {
        if (connection.Index < 0)
        {
            return;
        }

        var last = _connections[^1];
        _connections[connection.Index] = last;
        last.Index = connection.Index;
        _connections.RemoveAt(_connections.Count - 1);
        connection.Index = -1;
        if (connection.Entry is { } entry)
        {
            _addresses.Release(entry, now);
        }

        _addresses.Sweep(now);
    }

    /// <summary>Changes the limits. A changed rate begins with full buckets.</summary>
    public void SetLimits(ListenerLimits limits)
    {
        var before = Limits;
        Limits = limits;
        SetRates();
        if ((limits.AcceptRate, limits.AcceptBurst) != (before.AcceptRate, before.AcceptBurst))
        {
            _accepted = default;
        }

        if (PerAddress(limits) != PerAddress(before))
        {
            CountAgain();
        }
    }

    /// <summary>The number of clients that may be accepted now; others stay in the backlog.</summary>
    /// <param name="connections">The present number of connections of the listener.</param>
    /// <param name="now">The time in milliseconds.</param>
    /// <param name="wait">The time after which the rate allows another client; 0 if it allows one now.</param>
    public long Room(int connections, long now, out long wait)
    {
        const long unlimited = long.MaxValue / 2;
        wait = 0;
        if (!LeavesInBacklog)
        {
            return unlimited;
        }

        var room = Limits.MaxConnections > 0 ? Math.Max(0, Limits.MaxConnections - connections) : unlimited;
        if (_acceptRate.IsLimited)
        {
            room = Math.Min(room, _accepted.Available(_acceptRate, now));
            wait = _accepted.NextToken(_acceptRate, now);
        }

        return room;
    }

    /// <summary>Forgets the addresses that need not be remembered.</summary>
    public void Sweep(long now) => _addresses.SweepAll(now);

    private static object PerAddress(ListenerLimits limits) =>
        (limits.HasAddressLimits, limits.AddressPrefixIPv4, limits.AddressPrefixIPv6, limits.AddressAcceptRate, limits.AddressAcceptBurst,
            limits.AddressReceiveRate, limits.AddressReceiveBurst);

    private AddressEntry? Find(AddressBits? address) => address is { } bits && Limits.HasAddressLimits ? _addresses.Find(NetworkOf(bits)) : null;

    /// <summary>Adds an entry for a new address, if there are limits per address. Returns the reason if the table is full.</summary>
    private RefuseReason? AddEntry(AddressBits? address, ref AddressEntry? entry)
    {
        if (address is { } bits && Limits.HasAddressLimits && entry is null)
        {
            entry = _addresses.Add(NetworkOf(bits), Limits.MaxAddresses);
            return entry is null ? RefuseReason.AddressTable : null;
        }

        return null;
    }

    private void TakeOfAddress(AddressEntry? entry, long now)
    {
        if (entry is not null && _addressRate.IsLimited)
        {
            _ = entry.Accepted.Take(_addressRate, 1, now);
        }
    }

    private RefuseReason? ReasonOfAddress(AddressBits? address, AddressEntry? entry, long now)
    {
        if (address is { } bits && (Limits.DeniedNetworks.Contains(bits) || (Limits.AllowedNetworks.Count > 0 && !Limits.AllowedNetworks.Contains(bits))))
        {
            return RefuseReason.Network;
        }

        if (entry is not null && Limits.MaxConnectionsPerAddress > 0 && entry.Connections >= Limits.MaxConnectionsPerAddress)
        {
            return RefuseReason.AddressConnections;
        }

        return entry is not null && _addressRate.IsLimited && entry.Accepted.Available(_addressRate, now) == 0 ? RefuseReason.AddressRate : null;
    }

    private RefuseReason? ReasonOfListener(int connections, long now)
    {
        if (Limits.MaxConnections > 0 && connections >= Limits.MaxConnections)
        {
            return RefuseReason.MaxConnections;
        }

        return !LeavesInBacklog && _acceptRate.IsLimited && _accepted.Available(_acceptRate, now) == 0 ? RefuseReason.AcceptRate : null;
    }

    private AddressBits NetworkOf(AddressBits address) => address.Network(address.IsIPv6 ? Limits.AddressPrefixIPv6 : Limits.AddressPrefixIPv4);

    private static void Count(AdmittedConnection connection, AddressEntry? entry)
    {
        connection.Entry = entry;
        if (entry is not null)
        {
            entry.Connections++;
        }
    }

    private void SetRates()
    {
        _acceptRate = TokenRate.Of(Limits.AcceptRate, Limits.AcceptBurst);
        _addressRate = TokenRate.Of(Limits.AddressAcceptRate, Limits.AddressAcceptBurst);
        ReceiveRates = ReceiveRates.Of(Limits);
    }

    /// <summary>Counts all connections in a new table, which has all of their addresses, even if there are more than the maximum.</summary>
    private void CountAgain()
    {
        _addresses = new AddressTable();
        foreach (var connection in _connections)
        {
            var network = Limits.HasAddressLimits && connection.Address is { } address && AddressBits.Of(address) is { } bits ? NetworkOf(bits) : (AddressBits?)null;
            Count(connection, network is { } known ? _addresses.Find(known) ?? _addresses.Add(known, int.MaxValue) : null);
        }
    }
}
