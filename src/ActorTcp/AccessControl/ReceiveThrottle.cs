namespace ActorTcp.AccessControl;

/// <summary>The receive rates of a listener: of each connection, and of each address.</summary>
internal readonly record struct ReceiveRates(TokenRate Connection, TokenRate Address)
{
    public bool AreLimited => Connection.IsLimited || Address.IsLimited;

    public static ReceiveRates Of(ListenerLimits limits) => new(
        TokenRate.Of(limits.ReceiveRate, limits.ReceiveBurst),
        TokenRate.Of(limits.AddressReceiveRate, limits.AddressReceiveBurst));
}

/// <summary>
/// Finds how long a connection must pause reading. Used on the connection's loop. The bucket of the address is shared with the other connections of the
/// address, which may be on other loops.
/// </summary>
/// <remarks>
/// Each receive moves the shared bucket on, and the connection that received pauses until that bucket is out of debt again. So the connections
/// of an address read one after the other, in the order of their last receives, and share the rate fairly.
/// </remarks>
internal sealed class ReceiveThrottle(ReceiveRates rates, AddressEntry? address)
{
    private TokenBucket _own;

    /// <summary>The throttle of a connection; null if it has no limit.</summary>
    public static ReceiveThrottle? For(ReceiveRates rates, AdmittedConnection? connection) =>
        rates.AreLimited ? new ReceiveThrottle(rates, connection?.Entry) : null;

    /// <summary>Counts received bytes. Returns the time for which reading must be paused, in milliseconds; 0 if it may go on.</summary>
    public long Take(int bytes, long now)
    {
        var own = rates.Connection.IsLimited ? _own.Take(rates.Connection, bytes, now) : 0;
        var shared = rates.Address.IsLimited && address is not null ? address.Received.Take(rates.Address, bytes, now) : 0;
        return Math.Max(own, shared);
    }

    /// <summary>The time for which a new connection must wait before it reads, in milliseconds: its address may be in debt already.</summary>
    public long FirstPause(long now) => rates.Address.IsLimited && address is not null ? address.Received.Debt(rates.Address, now) : 0;
}
