using System.Net.Sockets;
using System.Net;
using System.Text;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <content>Reading and writing text.</content>
public sealed partial record SockAddr : ISpanParsable<SockAddr>, ISpanFormattable
{
    /// <summary>The digits of the largest scope.</summary>
    private const int ScopeLength = 10;

    /// <summary>Parses an address with a port: <c>1.2.3.4:80</c>, <c>[::1]:80</c> or <c>[fe80::1%2]:80</c>. Or a Unix socket: <c>unix:/run/x.sock</c>, <c>unix:@x</c>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentNullException">The text is null.</exception>
    /// <exception cref="FormatException">The text is not an address with a port.</exception>
    public static SockAddr Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parse(text.AsSpan());
    }

    /// <summary>Parses an address with a port: <c>1.2.3.4:80</c>, <c>[::1]:80</c> or <c>[fe80::1%2]:80</c>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">The text is not an address with a port.</exception>
    public static SockAddr Parse(ReadOnlySpan<char> text)
        => TryParse(text, out var address) ? address : throw new FormatException(
            HasUnixPrefix(text) ? $"'{text}' is not the address of a Unix socket: {UnixPathFault(text[UnixPrefix.Length..])}"
            : $"'{text}' is not an address with a port, such as 1.2.3.4:80 or [::1]:80");

    /// <summary>Parses an address with a port: <c>1.2.3.4:80</c>, <c>[::1]:80</c> or <c>[fe80::1%2]:80</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">The address; null if the text is not one.</param>
    /// <returns>Whether the text is an address with a port.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out SockAddr? address)
        => TryParse(text.AsSpan(), out address);

    /// <summary>Parses an address with a port: <c>1.2.3.4:80</c>, <c>[::1]:80</c> or <c>[fe80::1%2]:80</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">The address; null if the text is not one.</param>
    /// <returns>Whether the text is an address with a port.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out SockAddr? address)
    {
        address = null;
        if (HasUnixPrefix(text))
        {
            address = TryCreateUnix(text[UnixPrefix.Length..]);
            return address is not null;
        }

        var colon = text.LastIndexOf(':');
        if (colon < 1 || !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return false;
        }

        var host = text[..colon];
        var bracketed = host is ['[', .., ']'];
        address = TryCreate(bracketed ? host[1..^1] : host, port, bracketed ? Tcp.AF_INET6 : Tcp.AF_INET);
        return address is not null;
    }

    /// <summary>
    /// Writes the text that <see cref="ToString"/> returns. For IPv4 it allocates nothing. For IPv6 it allocates the text of <see cref="Addr"/> once for each
    /// object. For a Unix socket it allocates a text.
    /// </summary>
    /// <param name="destination">The memory for the text.</param>
    /// <param name="charsWritten">The number of written characters; 0 if the text did not fit.</param>
    /// <returns>True; false if the text did not fit.</returns>
    public bool TryFormat(Span<char> destination, out int charsWritten)
    {
        if (_unixPath is not null)
        {
            var text = UnixText;
            charsWritten = text.TryCopyTo(destination) ? text.Length : 0;
            return charsWritten > 0;
        }

        // Only spans and int are formatted: the runtime boxes other numbers until it has optimized the method.
        Span<char> scope = stackalloc char[ScopeLength];
        _ = _scopeId.TryFormat(scope, out var scopeLength, default, CultureInfo.InvariantCulture);
        var written = Domain == Tcp.AF_INET
            ? destination.TryWrite(CultureInfo.InvariantCulture, $"{InetPart(0)}.{InetPart(1)}.{InetPart(2)}.{InetPart(3)}:{_port}", out charsWritten)
            : _scopeId == 0
                ? destination.TryWrite(CultureInfo.InvariantCulture, $"[{Addr}]:{_port}", out charsWritten)
                : destination.TryWrite(CultureInfo.InvariantCulture, $"[{Addr}%{scope[..scopeLength]}]:{_port}", out charsWritten);
        charsWritten = written ? charsWritten : 0;
        return written;
    }

    static SockAddr IParsable<SockAddr>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<SockAddr>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out SockAddr result)
        => TryParse(s, out result);

    static SockAddr ISpanParsable<SockAddr>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s);

    static bool ISpanParsable<SockAddr>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, [MaybeNullWhen(false)] out SockAddr result)
        => TryParse(s, out result);

    bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
        => TryFormat(destination, out charsWritten);

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    private int InetPart(int index)
    {
        ReadOnlySpan<ulong> words = [_first];
        return MemoryMarshal.AsBytes(words)[index];
    }
}

/// <summary>
/// Parses addresses as inet_pton(3) does. The parser of .NET also accepts the forms of inet_aton(3), such as <c>127.1</c>, <c>0x7f000001</c> and
/// <c>010.0.0.1</c>. With these forms, a typing error becomes another address.
/// </summary>
internal static unsafe class AddressText
{
    /// <summary>Four decimal numbers; writes four bytes.</summary>
    public static bool TryParseInet(ReadOnlySpan<char> text, Span<byte> address)
    {
        var parts = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            if (parts == 4
                || part.Length is 0 or > 3
                || (part.Length > 1 && part[0] == '0')
                || !byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out address[parts++]))
            {
                return false;
            }
        }

        return parts == 4;
    }

    /// <summary>An IPv6 address, with or without an interface's index or name after a percent sign; writes sixteen bytes.</summary>
    public static bool TryParseInet6(ReadOnlySpan<char> text, Span<byte> address, out uint scopeId)
    {
        scopeId = 0;
        var percent = text.IndexOf('%');
        if (percent >= 0)
        {
            if (!TryParseScope(text[(percent + 1)..], out scopeId))
            {
                return false;
            }

            text = text[..percent];
        }

        // The parser of .NET also accepts brackets and prefix lengths, which inet_pton(3) does not.
        return text.Contains(':')
            && !text.ContainsAny('[', ']', '/')
            && IPAddress.TryParse(text, out var parsed)
            && parsed.AddressFamily == AddressFamily.InterNetworkV6
            && parsed.TryWriteBytes(address, out _);
    }

    private static bool TryParseScope(ReadOnlySpan<char> text, out uint scopeId)
    {
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out scopeId))
        {
            return true;
        }

        if (text.IsEmpty || text.Length > SocketNumbers.InterfaceNameMax || !Ascii.IsValid(text) || text.Contains('\0'))
        {
            return false;
        }

        Span<byte> name = stackalloc byte[SocketNumbers.InterfaceNameMax + 1];
        name.Clear();
        Encoding.ASCII.GetBytes(text, name);
        fixed (byte* start = name)
        {
            scopeId = Libc.IfNameToIndex(start);
        }

        return scopeId != 0;
    }
}
