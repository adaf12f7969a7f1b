using System.Net;
using ActorTcp.Sockets;

namespace ActorTcp.Actors;

/// <summary>Tells host names from addresses, for servers.</summary>
internal static class HostNames
{
    /// <summary>
    /// The address that a text is, or of a name 0.0.0.0 with the port. A text that is nearly an address is neither: getaddrinfo(3) takes
    /// 127.1 for one, and a typing error becomes another address.
    /// </summary>
    /// <exception cref="ArgumentNullException">No text.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is not 0 to 65535.</exception>
    /// <exception cref="ArgumentException">The text is neither an address nor a name.</exception>
    public static SockAddr AddressOf(string host, int port)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        return SockAddr.TryCreate(host, port, 0)
            ?? (IsName(host) ? Tcp.SockAddr(Tcp.INADDR_ANY, port)! : throw new ArgumentException($"'{host}' is neither an address nor a host name", nameof(host)));
    }

    /// <summary>The name; null where the text is an address.</summary>
    public static string? NameOrNull(string host) => SockAddr.TryCreate(host, 0, 0) is null ? host : null;

    /// <summary>The addresses of a name that needs no lookup: localhost is both loopbacks (RFC 6761, 6.3). Null: it needs one.</summary>
    public static IReadOnlyList<SockAddr>? Known(string host, int port) => host.TrimEnd('.').Equals("localhost", StringComparison.OrdinalIgnoreCase)
        ? [SockAddr.FromIPEndPoint(new IPEndPoint(IPAddress.Loopback, port)), SockAddr.FromIPEndPoint(new IPEndPoint(IPAddress.IPv6Loopback, port))]
        : null;

    private static bool IsName(string host)
    {
        var labels = host.TrimEnd('.').Split('.');
        return labels.All(label => label.Length > 0 && label.All(letter => !char.IsWhiteSpace(letter) && letter is not (':' or '%' or '/' or '[' or ']')))
            && !labels[^1].All(char.IsAsciiDigit)
            && !labels[^1].StartsWith("0x", StringComparison.OrdinalIgnoreCase);
    }
}
