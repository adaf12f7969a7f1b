using ActorTcp.Settings;
using System.Text;

namespace ActorTcp;

/// <summary>
/// Which clients a listener admits, and how fast they may send. The limits come from <c>actortcp.listener</c>;
/// <see cref="ListenerProtocol.SetLimits"/> changes them for one listener.
/// </summary>
/// <remarks>
/// <see cref="Policy"/> applies to the limits of the whole listener: <see cref="MaxConnections"/> and <see cref="AcceptRate"/>. A client that another
/// limit refuses is reset at once, because a client in the backlog would delay the others. "Address" means the network of a client's address
/// with the prefix length <see cref="AddressPrefixIPv4"/> or <see cref="AddressPrefixIPv6"/>.
/// </remarks>
/// <param name="MaxConnections">The maximum number of connections at the same time; 0, the default setting, is no limit.</param>
/// <param name="Policy">What the listener does with a client beyond the limit.</param>
/// <param name="Answer">
/// The text that a client beyond the limit receives, in UTF-8, with <see cref="LimitPolicy.AcceptAnswerAndClose"/>. The part that does not fit
/// into the kernel's send buffer is dropped.
/// </param>
public sealed record ListenerLimits(int MaxConnections, LimitPolicy Policy = LimitPolicy.LeaveInBacklog, string Answer = "")
{
    /// <summary>The text that a client beyond the limit receives, with <see cref="LimitPolicy.AcceptAnswerAndClose"/>. Empty by default.</summary>
    /// <exception cref="ArgumentNullException">The text is null.</exception>
    public string Answer { get; init => field = MessageArgument.NotNull(value, nameof(Answer)); } = MessageArgument.NotNull(Answer);

    /// <summary>If it is not empty, only clients from these networks are admitted. Empty by default: all clients.</summary>
    /// <exception cref="ArgumentNullException">The list is null.</exception>
    public NetworkList AllowedNetworks { get; init => field = MessageArgument.NotNull(value, nameof(AllowedNetworks)); } = NetworkList.Empty;

    /// <summary>Clients from these networks are refused, even if they are in <see cref="AllowedNetworks"/>. Empty by default.</summary>
    /// <exception cref="ArgumentNullException">The list is null.</exception>
    public NetworkList DeniedNetworks { get; init => field = MessageArgument.NotNull(value, nameof(DeniedNetworks)); } = NetworkList.Empty;

    /// <summary>The maximum number of connections of one address at the same time; 0, the default, is no limit.</summary>
    public int MaxConnectionsPerAddress { get; init; }

    /// <summary>The number of leading bits in which the IPv4 addresses of one client agree: 1 to 32. Defaults to 32, a single address.</summary>
    public int AddressPrefixIPv4 { get; init; } = 32;

    /// <summary>The number of leading bits in which the IPv6 addresses of one client agree: 1 to 128. Defaults to 64, a usual local network.</summary>
    public int AddressPrefixIPv6 { get; init; } = 64;

    /// <summary>
    /// The maximum number of addresses that the listener remembers for the limits per address: 1 to 16777216. Beyond it, an address without a
    /// connection is forgotten. If all have connections, clients of a new address are refused. Defaults to 65536, about 15 MiB.
    /// </summary>
    public int MaxAddresses { get; init; } = 65536;

    /// <summary>The maximum number of connections that the listener accepts per second; 0, the default, is no limit.</summary>
    public double AcceptRate { get; init; }

    /// <summary>
    /// The number of connections that may be accepted at once after a quiet time. 0, the default, is as many as in one second. At least as many as in
    /// 10 ms count.
    /// </summary>
    public int AcceptBurst { get; init; }

    /// <summary>The maximum number of connections that the listener accepts per second from one address; 0, the default, is no limit.</summary>
    public double AddressAcceptRate { get; init; }

    /// <summary>The number of connections that may be accepted at once from one address after a quiet time. 0, the default, is as many as in one second.</summary>
    public int AddressAcceptBurst { get; init; }

    /// <summary>
    /// The maximum number of bytes per second that are received from one connection, by pausing reading; 0, the default, is no limit. A single
    /// receive, of at most 128 KiB, may exceed it; the pause after it is longer accordingly.
    /// </summary>
    public long ReceiveRate { get; init; }

    /// <summary>The number of bytes that may be received from one connection at once after a quiet time. 0, the default, is as many as in one second.</summary>
    public long ReceiveBurst { get; init; }

    /// <summary>The maximum number of bytes per second that are received from all connections of one address; 0, the default, is no limit.</summary>
    public long AddressReceiveRate { get; init; }

    /// <summary>The number of bytes that may be received from one address at once after a quiet time. 0, the default, is as many as in one second.</summary>
    public long AddressReceiveBurst { get; init; }

    /// <summary>Whether there is a limit for each address.</summary>
    internal bool HasAddressLimits => MaxConnectionsPerAddress > 0 || AddressAcceptRate > 0 || AddressReceiveRate > 0;

    internal byte[] AnswerBytes => Policy == LimitPolicy.AcceptAnswerAndClose ? Encoding.UTF8.GetBytes(Answer) : [];

    /// <summary>A message for each value that breaks a rule, with the setting, the value and the rule.</summary>
    internal IEnumerable<string> BrokenRules()
    {
        if (MaxConnections < 0)
        {
            yield return $"max-connections is {MaxConnections}; it must be 0 (no limit) or above";
        }

        if (!Enum.IsDefined(Policy))
        {
            yield return $"limit-policy is {Policy}; it must be backlog, close or answer";
        }

        foreach (var (name, value, least, most) in new[]
        {
            ("max-connections-per-address", MaxConnectionsPerAddress, 0, int.MaxValue), ("address-prefix-ipv4", AddressPrefixIPv4, 1, 32),
            ("address-prefix-ipv6", AddressPrefixIPv6, 1, 128), ("max-addresses", MaxAddresses, 1, 1 << 24),
            ("accept-burst", AcceptBurst, 0, int.MaxValue), ("address-accept-burst", AddressAcceptBurst, 0, int.MaxValue),
        })
        {
            if (value < least || value > most)
            {
                yield return $"{name} is {value}; it must be {least} to {most}";
            }
        }

        foreach (var (name, rate) in new[] { ("accept-rate", AcceptRate), ("address-accept-rate", AddressAcceptRate) })
        {
            if (!(rate == 0 || (rate >= 0.001 && rate <= 1e6)))
            {
                yield return $"{name} is {rate.ToString(CultureInfo.InvariantCulture)}; it must be 0 (no limit) or 0.001 to 1000000 connections per second";
            }
        }

        foreach (var (name, bytes) in new[]
        {
            ("receive-rate", ReceiveRate), ("receive-burst", ReceiveBurst), ("address-receive-rate", AddressReceiveRate),
            ("address-receive-burst", AddressReceiveBurst),
        })
        {
            if (bytes is < 0 or > 1L << 40)
            {
                yield return $"{name} is {bytes}; it must be 0 (no limit, or the default) to 1 TiB";
            }
        }
    }
}
