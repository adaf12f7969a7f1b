using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using ActorTcp.Sockets;

namespace ActorTcp.Transport.Proxy;

/// <summary>Reads a header of the PROXY protocol from the first bytes of a stream. It has no state and keeps no bytes.</summary>
internal static class ProxyHeaderReader
{
    /// <summary>The maximum length of a header in bytes. Version 2 could have 64 KiB; real headers have a few hundred bytes.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>The maximum length of a line of version 1, with its line ending.</summary>
    public const int MaxLineLength = 107;

    /// <summary>The maximum length of a unique id in bytes.</summary>
    public const int MaxUniqueId = 128;

    public const int FixedLength = 16;
    public const int InetLength = 12;
    public const int Inet6Length = 36;
    public const int UnixPathLength = 108;

    /// <summary>The first bytes of version 1.</summary>
    public static ReadOnlySpan<byte> LineSignature => "PROXY "u8;

    /// <summary>The first bytes of version 2.</summary>
    public static ReadOnlySpan<byte> Signature => [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">The first bytes of the stream.</param>
    /// <param name="header">The header; null unless the result is <see cref="ProxyReadResult.Complete"/>.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="fault">The rule that the header breaks, if the result is <see cref="ProxyReadResult.Invalid"/>.</param>
    public static ProxyReadResult TryRead(ReadOnlySpan<byte> bytes, out ProxyHeader? header, out int length, out string fault)
    {
        header = null;
        length = 0;
        fault = "";
        if (StartsLike(bytes, Signature))
        {
            return bytes.Length < FixedLength ? ProxyReadResult.Incomplete : ReadBinary(bytes, out header, out length, out fault);
        }

        return StartsLike(bytes, LineSignature) ? ReadLine(bytes, out header, out length, out fault) : ProxyReadResult.Absent;
    }

    /// <summary>Whether the bytes are not enough to tell a header from other bytes.</summary>
    public static bool IsUndecided(ReadOnlySpan<byte> bytes) =>
        (StartsLike(bytes, Signature) && bytes.Length < Signature.Length) || (StartsLike(bytes, LineSignature) && bytes.Length < LineSignature.Length);

    private static bool StartsLike(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature) =>
        bytes.Length < signature.Length ? signature.StartsWith(bytes) : bytes.StartsWith(signature);

    private static ProxyReadResult ReadLine(ReadOnlySpan<byte> bytes, out ProxyHeader? header, out int length, out string fault)
    {
        header = null;
        fault = "";
        var end = bytes[..Math.Min(bytes.Length, MaxLineLength)].IndexOf("\r\n"u8);
        length = end + 2;
        if (end < 0)
        {
            fault = $"its line is longer than {MaxLineLength} bytes";
            return bytes.Length < MaxLineLength ? ProxyReadResult.Incomplete : ProxyReadResult.Invalid;
        }

        // Bytes above 127 become question marks, which no address has.
        var parts = Encoding.ASCII.GetString(bytes[LineSignature.Length..end]).Split(' ');
        if (parts[0] == "UNKNOWN")
        {
            header = new ProxyHeader { Version = 1 };
            return ProxyReadResult.Complete;
        }

        var domain = parts[0] switch { "TCP4" => Tcp.AF_INET, "TCP6" => Tcp.AF_INET6, _ => 0 };
        if (domain != 0
            && parts.Length == 5
            && Address(parts[1], parts[3], domain) is { } source
            && Address(parts[2], parts[4], domain) is { } destination)
        {
            header = new ProxyHeader { Version = 1, Source = source, Destination = destination };
            return ProxyReadResult.Complete;
        }

        fault = "its line has no valid addresses";
        return ProxyReadResult.Invalid;
    }

    private static SockAddr? Address(string host, string port, int domain) =>
        port.Length is > 0 and <= 5 && port.All(char.IsAsciiDigit) && (port[0] != '0' || port == "0") && !host.Contains('%', StringComparison.Ordinal)
            ? SockAddr.TryCreate(host, int.Parse(port, CultureInfo.InvariantCulture), domain)?.Unmap()
            : null;

    private static ProxyReadResult ReadBinary(ReadOnlySpan<byte> bytes, out ProxyHeader? header, out int length, out string fault)
    {
        header = null;
        var (command, family) = (bytes[12], bytes[13]);
        length = FixedLength + BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        fault = command is not (0x20 or 0x21) ? $"its version and command are 0x{command:x2}; they must be 0x20 or 0x21"
            : (family >> 4) > 3 || (family & 0xf) > 2 ? $"its family and protocol are 0x{family:x2}"
            : length > MaxLength ? $"it has {length} bytes; at most {MaxLength} are accepted"
            : "";
        if (fault.Length > 0)
        {
            return ProxyReadResult.Invalid;
        }

        if (bytes.Length < length)
        {
            return ProxyReadResult.Incomplete;
        }

        var addressLength = (family >> 4) switch { 1 => InetLength, 2 => Inet6Length, 3 => 2 * UnixPathLength, _ => 0 };
        if (command == 0x20 || addressLength == 0 || (family & 0xf) == 0)
        {
            // LOCAL, or a family that is not specified: the rest has to be ignored.
            header = new ProxyHeader();
            return ProxyReadResult.Complete;
        }

        if (length - FixedLength < addressLength)
        {
            fault = $"it has {length - FixedLength} bytes; its addresses have {addressLength}";
            return ProxyReadResult.Invalid;
        }

        var addresses = bytes.Slice(FixedLength, addressLength);
        var half = (addressLength - 4) / 2;
        var read = (family >> 4) == 3
            ? new ProxyHeader { Source = SockAddr.FromUnixField(addresses[..UnixPathLength]), Destination = SockAddr.FromUnixField(addresses[UnixPathLength..]) }
            : new ProxyHeader
            {
                Source = SockAddr.FromBytes(addresses[..half], BinaryPrimitives.ReadUInt16BigEndian(addresses[(2 * half)..])).Unmap(),
                Destination = SockAddr.FromBytes(addresses[half..(2 * half)], BinaryPrimitives.ReadUInt16BigEndian(addresses[((2 * half) + 2)..])).Unmap(),
            };
        header = ReadValues(read, bytes[..length], FixedLength + addressLength, ref fault);
        return header is null ? ProxyReadResult.Invalid : ProxyReadResult.Complete;
    }

    private static ProxyHeader? ReadValues(ProxyHeader header, ReadOnlySpan<byte> bytes, int at, ref string fault)
    {
        List<ProxyTlv>? others = null;
        while (at < bytes.Length)
        {
            if (!TryTake(bytes, ref at, out var type, out var value))
            {
                fault = "a value is longer than the header";
                return null;
            }

            switch (type)
            {
                case ProxyTlvType.ApplicationProtocol:
                    header = header with { ApplicationProtocol = Text(value) };
                    break;
                case ProxyTlvType.Authority:
                    header = header with { Authority = Text(value) };
                    break;
                case ProxyTlvType.Checksum:
                    if (value.Length != 4 || BinaryPrimitives.ReadUInt32BigEndian(value) != Checksum(bytes, at - 4))
                    {
                        fault = "its checksum is wrong";
                        return null;
                    }

                    header = header with { HasChecksum = true };
                    break;
                case ProxyTlvType.Nothing:
                    break;
                case ProxyTlvType.UniqueId when value.Length > MaxUniqueId:
                    fault = $"its unique id has {value.Length} bytes; at most {MaxUniqueId} are possible";
                    return null;
                case ProxyTlvType.UniqueId:
                    header = header with { UniqueId = value.ToArray() };
                    break;
                case ProxyTlvType.Tls:
                    if (ReadTls(value) is not { } tls)
                    {
                        fault = "its TLS value is malformed";
                        return null;
                    }

                    header = header with { Tls = tls };
                    break;
                case ProxyTlvType.NetworkNamespace:
                    header = header with { NetworkNamespace = Text(value) };
                    break;
                default:
                    (others ??= []).Add(new ProxyTlv(type, value.ToArray()));
                    break;
            }
        }

        return others is null ? header : header with { Others = others };
    }

    private static ProxyTls? ReadTls(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 5)
        {
            return null;
        }

        var flags = bytes[0];
        var tls = new ProxyTls
        {
            IsSecured = (flags & 1) != 0,
            SentCertificate = (flags & 2) != 0,
            HasCertificate = (flags & 4) != 0,
            IsVerified = (flags & 6) != 0 && BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]) == 0,
        };
        for (var at = 5; at < bytes.Length;)
        {
            if (!TryTake(bytes, ref at, out var type, out var value))
            {
                return null;
            }

            tls = type switch
            {
                ProxyTlvType.TlsVersion => tls with { Version = Text(value) },
                ProxyTlvType.TlsCommonName => tls with { CommonName = Text(value) },
                ProxyTlvType.TlsCipher => tls with { Cipher = Text(value) },
                ProxyTlvType.TlsSignatureAlgorithm => tls with { SignatureAlgorithm = Text(value) },
                ProxyTlvType.TlsKeyAlgorithm => tls with { KeyAlgorithm = Text(value) },
                _ => tls,
            };
        }

        return tls;
    }

    private static bool TryTake(ReadOnlySpan<byte> bytes, ref int at, out byte type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (bytes.Length - at < 3)
        {
            return false;
        }

        type = bytes[at];
        var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 1)..]);
        at += 3;
        if (bytes.Length - at < length)
        {
            return false;
        }

        value = bytes.Slice(at, length);
        at += length;
        return true;
    }

    /// <summary>The CRC32C of a header (RFC 4960, appendix B), with the four bytes of the checksum itself as zeros.</summary>
    public static uint Checksum(ReadOnlySpan<byte> header, int checksumAt)
    {
        var crc = uint.MaxValue;
        for (var i = 0; i < header.Length; i++)
        {
            crc = BitOperations.Crc32C(crc, i >= checksumAt && i < checksumAt + 4 ? (byte)0 : header[i]);
        }

        return ~crc;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}

/// <summary>The result of reading a header.</summary>
internal enum ProxyReadResult
{
    /// <summary>The bytes are the beginning of a header.</summary>
    Incomplete,
    /// <summary>The header was read.</summary>
    Complete,
    /// <summary>The bytes are no header.</summary>
    Absent,
    /// <summary>The bytes begin like a header and break a rule.</summary>
    Invalid,
}

/// <summary>The types of the values in a header of version 2.</summary>
internal static class ProxyTlvType
{
    public const byte ApplicationProtocol = 0x01;
    public const byte Authority = 0x02;
    public const byte Checksum = 0x03;
    public const byte Nothing = 0x04;
    public const byte UniqueId = 0x05;
    public const byte Tls = 0x20;
    public const byte TlsVersion = 0x21;
    public const byte TlsCommonName = 0x22;
    public const byte TlsCipher = 0x23;
    public const byte TlsSignatureAlgorithm = 0x24;
    public const byte TlsKeyAlgorithm = 0x25;
    public const byte NetworkNamespace = 0x30;
}
