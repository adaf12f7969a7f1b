using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using ActorTcp.Sockets;

namespace ActorTcp.Transport.Proxy;

/// <summary>Writes headers of the PROXY protocol.</summary>
internal static class ProxyHeaderWriter
{
    /// <summary>The bytes of a header.</summary>
    public static byte[] Write(ProxyHeader header) => header.Version == 1 ? WriteLine(header) : WriteBinary(header);

    /// <summary>The rule that a header to send breaks; null if it breaks none.</summary>
    public static string? BrokenRule(ProxyHeader header)
    {
        if (header.Source is null != header.Destination is null)
        {
            return "the PROXY header has only one address; it must have the source and the destination, or none";
        }

        if (header.Source is not null && header.Source.Domain != header.Destination!.Domain)
        {
            return $"the PROXY header has {header.Source} and {header.Destination}; they must be of the same family";
        }

        if (header.UniqueId.Length > ProxyHeaderReader.MaxUniqueId)
        {
            return $"the unique id of the PROXY header has {header.UniqueId.Length} bytes; it must have at most {ProxyHeaderReader.MaxUniqueId}";
        }

        var length = Write(header).Length;
        return length > ProxyHeaderReader.MaxLength ? $"the PROXY header has {length} bytes; it must have at most {ProxyHeaderReader.MaxLength}" : null;
    }

    private static byte[] WriteLine(ProxyHeader header)
    {
        // A line has no form for Unix sockets.
        var line = header is { Source: { IsUnix: false } source, Destination: { } destination }
            ? string.Create(CultureInfo.InvariantCulture, $"PROXY {(source.Domain == Tcp.AF_INET ? "TCP4" : "TCP6")} {source.Addr} {destination.Addr} {source.Port} {destination.Port}\r\n")
            : "PROXY UNKNOWN\r\n";
        return Encoding.ASCII.GetBytes(line);
    }

    private static byte[] WriteBinary(ProxyHeader header)
    {
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write(ProxyHeaderReader.Signature);
        if (header is not { Source: { } source, Destination: { } destination })
        {
            WriteBytes(bytes, 0x20, 0, 0, 0);
            return bytes.WrittenSpan.ToArray();
        }

        WriteBytes(bytes, 0x21, source.IsUnix ? (byte)0x31 : source.Domain == Tcp.AF_INET ? (byte)0x11 : (byte)0x21, 0, 0);
        WriteAddresses(bytes, source, destination);
        WriteText(bytes, ProxyTlvType.ApplicationProtocol, header.ApplicationProtocol);
        WriteText(bytes, ProxyTlvType.Authority, header.Authority);
        if (!header.UniqueId.IsEmpty)
        {
            WriteValue(bytes, ProxyTlvType.UniqueId, header.UniqueId.Span);
        }

        if (header.Tls is { } tls)
        {
            WriteValue(bytes, ProxyTlvType.Tls, TlsValue(tls));
        }

        WriteText(bytes, ProxyTlvType.NetworkNamespace, header.NetworkNamespace);
        foreach (var other in header.Others)
        {
            WriteValue(bytes, other.Type, other.Value.Span);
        }

        if (header.HasChecksum)
        {
            WriteValue(bytes, ProxyTlvType.Checksum, [0, 0, 0, 0]);
        }

        var written = bytes.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(written.AsSpan(14), (ushort)Math.Min(written.Length - ProxyHeaderReader.FixedLength, ushort.MaxValue));
        if (header.HasChecksum)
        {
            BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(written.Length - 4), ProxyHeaderReader.Checksum(written, written.Length - 4));
        }

        return written;
    }

    private static void WriteAddresses(ArrayBufferWriter<byte> bytes, SockAddr source, SockAddr destination)
    {
        Span<byte> field = stackalloc byte[ProxyHeaderReader.UnixPathLength];
        foreach (var address in new[] { source, destination })
        {
            field.Clear();
            bytes.Write(field[..address.CopyBytes(field)]);
        }

        if (!source.IsUnix)
        {
            BinaryPrimitives.WriteUInt16BigEndian(field, (ushort)source.Port);
            BinaryPrimitives.WriteUInt16BigEndian(field[2..], (ushort)destination.Port);
            bytes.Write(field[..4]);
        }
    }

    private static ReadOnlySpan<byte> TlsValue(ProxyTls tls)
    {
        var bytes = new ArrayBufferWriter<byte>();
        WriteBytes(bytes, (byte)((tls.IsSecured ? 1 : 0) | (tls.SentCertificate ? 2 : 0) | (tls.HasCertificate ? 4 : 0)), 0, 0, 0, tls.IsVerified ? (byte)0 : (byte)1);
        WriteText(bytes, ProxyTlvType.TlsVersion, tls.Version);
        WriteText(bytes, ProxyTlvType.TlsCommonName, tls.CommonName);
        WriteText(bytes, ProxyTlvType.TlsCipher, tls.Cipher);
        WriteText(bytes, ProxyTlvType.TlsSignatureAlgorithm, tls.SignatureAlgorithm);
        WriteText(bytes, ProxyTlvType.TlsKeyAlgorithm, tls.KeyAlgorithm);
        return bytes.WrittenSpan;
    }

    private static void WriteText(ArrayBufferWriter<byte> bytes, byte type, string? text)
    {
        if (text is not null)
        {
            WriteValue(bytes, type, Encoding.UTF8.GetBytes(text));
        }
    }

    private static void WriteBytes(ArrayBufferWriter<byte> target, params ReadOnlySpan<byte> bytes) => target.Write(bytes);

    private static void WriteValue(ArrayBufferWriter<byte> bytes, byte type, ReadOnlySpan<byte> value)
    {
        // A value that is too long makes the whole header too long, and BrokenRule refuses it.
        WriteBytes(bytes, type, (byte)(value.Length >> 8), (byte)value.Length);
        bytes.Write(value);
    }
}
