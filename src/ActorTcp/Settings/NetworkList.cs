using System.Collections;
using System.Net;
using ActorTcp.Settings;
using ActorTcp.Sockets;

namespace ActorTcp;

/// <summary>
/// A list of networks, such as <c>10.0.0.0/8, 2001:db8::/32, 192.168.1.7</c>. Immutable, compared by value. A lookup takes one step for each prefix
/// length in the list, so a list may be long.
/// </summary>
/// <remarks>An IPv4-mapped IPv6 network or address counts as IPv4.</remarks>
[CollectionBuilder(typeof(NetworkList), nameof(Create))]
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "The name says what it is: a list. A suffix Collection would say less.")]
public sealed class NetworkList : IReadOnlyList<IPNetwork>, IEquatable<NetworkList>
{
    private const int MappedPrefix = 96;

    private readonly IPNetwork[] _networks;
    private readonly HashSet<AddressBits>[] _byPrefix4 = [];
    private readonly HashSet<AddressBits>[] _byPrefix6 = [];
    private readonly int[] _prefixes4 = [];
    private readonly int[] _prefixes6 = [];

    private NetworkList(IPNetwork[] networks)
    {
        _networks = networks;
        var known = networks.Select(BitsOf).ToList();
        (_prefixes4, _byPrefix4) = ByPrefix(known.Where(network => !network.Bits.IsIPv6));
        (_prefixes6, _byPrefix6) = ByPrefix(known.Where(network => network.Bits.IsIPv6));
    }

    /// <summary>The list without a network.</summary>
    public static NetworkList Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _networks.Length;

    /// <summary>A network of the list.</summary>
    /// <param name="index">Its position, from 0.</param>
    public IPNetwork this[int index] => _networks[index];

    /// <summary>Makes a list of networks.</summary>
    /// <param name="networks">The networks.</param>
    public static NetworkList Create(params ReadOnlySpan<IPNetwork> networks) => networks.IsEmpty ? Empty : new NetworkList(networks.ToArray());

    /// <summary>Reads a list from text: networks and addresses, separated by commas. An empty text is an empty list.</summary>
    /// <param name="text">The text, such as <c>10.0.0.0/8, 192.168.1.7</c>. An address without a prefix length is a network of one address.</param>
    /// <exception cref="ArgumentNullException">The text is null.</exception>
    /// <exception cref="FormatException">A part of the text is no network. The message names it.</exception>
    public static NetworkList Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var networks, out var wrong)
            ? networks
            : throw new FormatException($"'{wrong}' is not a network; it must be an address, or an address with a prefix length and no bits after it, such as 10.0.0.0/8");
    }

    /// <summary>Reads a list from text, as <see cref="Parse"/> does.</summary>
    /// <param name="text">The text.</param>
    /// <param name="networks">The list; null if a part of the text is no network.</param>
    /// <returns>Whether the text is a list.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NetworkList? networks) => TryParse(text ?? "/", out networks, out _);

    /// <summary>Whether one of the networks contains an address. An address that is no Internet address is in no network.</summary>
    /// <param name="address">The address; its port does not matter.</param>
    public bool Contains(SockAddr address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return AddressBits.Of(address) is { } bits && Contains(bits);
    }

    /// <inheritdoc/>
    public IEnumerator<IPNetwork> GetEnumerator() => ((IEnumerable<IPNetwork>)_networks).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether both have the same networks in the same order.</summary>
    /// <param name="other">The other list.</param>
    public bool Equals(NetworkList? other) => other is not null && _networks.AsSpan().SequenceEqual(other._networks);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NetworkList);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var network in _networks)
        {
            hash.Add(network);
        }

        return hash.ToHashCode();
    }

    /// <summary>The networks, separated by commas; <see cref="Parse"/> reads it back.</summary>
    public override string ToString() => string.Join(", ", _networks);

    internal bool Contains(AddressBits address)
    {
        var prefixes = address.IsIPv6 ? _prefixes6 : _prefixes4;
        var networks = address.IsIPv6 ? _byPrefix6 : _byPrefix4;
        for (var i = 0; i < prefixes.Length; i++)
        {
            if (networks[i].Contains(address.Network(prefixes[i])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryParse(string text, [NotNullWhen(true)] out NetworkList? networks, out string wrong)
    {
        var read = new List<IPNetwork>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (NetworkOf(part) is not { } network)
            {
                (networks, wrong) = (null, part);
                return false;
            }

            read.Add(network);
        }

        (networks, wrong) = (Create([.. read]), "");
        return true;
    }

    /// <summary>The network in a text; null if it is none. The address is read as inet_pton(3) does, so <c>10.1</c> is none.</summary>
    private static IPNetwork? NetworkOf(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (SockAddr.TryCreate(slash < 0 ? text : text.AsSpan(0, slash), 0, 0) is not { ScopeId: 0 } address)
        {
            return null;
        }

        var bits = new AddressBits(0, address.Domain != Tcp.AF_INET);
        var prefix = bits.Length;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > bits.Length))
        {
            return null;
        }

        // IPNetwork clears the bits after the prefix. Here they are a mistake in the text.
        var network = new IPNetwork(address.ToIPEndPoint().Address, prefix);
        return network.BaseAddress.Equals(address.ToIPEndPoint().Address) ? network : null;
    }

    private static (AddressBits Bits, int Prefix) BitsOf(IPNetwork network)
    {
        SockAddr address = new IPEndPoint(network.BaseAddress, 0);
        var isMapped = address.IsIPv4Mapped && network.PrefixLength >= MappedPrefix;
        return (AddressBits.Of(address)!.Value, isMapped ? network.PrefixLength - MappedPrefix : network.PrefixLength);
    }

    private static (int[] Prefixes, HashSet<AddressBits>[] Networks) ByPrefix(IEnumerable<(AddressBits Bits, int Prefix)> networks)
    {
        var groups = networks.GroupBy(network => network.Prefix, network => network.Bits).ToList();
        return ([.. groups.Select(group => group.Key)], [.. groups.Select(group => group.ToHashSet())]);
    }
}
