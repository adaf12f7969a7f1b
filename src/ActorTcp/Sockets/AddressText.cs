using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorTcp.Native;

namespace ActorTcp.Sockets;

/// <summary>
/// Reads addresses as inet_pton(3) does. The framework's own parser also takes what inet_aton(3) took
/// (<c>127.1</c>, <c>0x7f000001</c>, <c>010.0.0.1</c>), where a typing error becomes another address.
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

    /// <summary>An IPv6 address, with an interface's index or name behind a percent sign or not; writes sixteen bytes.</summary>
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

        // Brackets and prefix lengths are the framework's additions.
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
