using System.Net;
using System.Net.Security;
using System.Runtime.Serialization;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ActorTcp.Framing;
using ActorTcp.Sockets;

namespace ActorTcp.Cluster.Serialization;

/// <summary>The values in messages: addresses, credentials, what TLS has agreed on, errors of framings.</summary>
internal static class ValueCodecs
{
    public static void Write(WireWriter writer, SockAddr address)
    {
        if (address.IsUnix)
        {
            writer.Text(1, address.UnixPath);
            return;
        }

        writer.Bytes(2, address.ToIPEndPoint().Address.GetAddressBytes());
        writer.Int(3, address.Port);
        writer.Int(4, address.ScopeId);
    }

    public static SockAddr ReadAddress(WireFields fields)
    {
        if (fields.TextOrNull(1) is { } path)
        {
            return SockAddr.OfUnixPath(path);
        }

        var bytes = fields.Bytes(2);
        if (bytes.Length is not (4 or 16))
        {
            throw new SerializationException($"An address has {bytes.Length} bytes; it must have 4 or 16");
        }

        var address = SockAddr.FromIPEndPoint(new IPEndPoint(new IPAddress(bytes.Span), (int)fields.InRange(3, 0, ushort.MaxValue)));
        return fields.Int64(4) is var scope and not 0 ? address with { ScopeId = scope } : address;
    }

    public static void Write(WireWriter writer, PeerCredentials credentials)
    {
        writer.Int(1, credentials.ProcessId);
        writer.Int(2, credentials.UserId);
        writer.Int(3, credentials.GroupId);
    }

    public static PeerCredentials ReadCredentials(WireFields fields) => new(fields.Int32(1), fields.Int64(2), fields.Int64(3));

    public static void Write(WireWriter writer, TlsInfo tls)
    {
        writer.Int(1, (int)tls.Protocol);
        writer.Int(2, (int)tls.CipherSuite);
        writer.Text(3, tls.ApplicationProtocol);
        writer.Text(4, tls.ServerName);
        writer.Bytes(5, tls.RemoteCertificate is null ? [] : tls.RemoteCertificate.RawData);
    }

    public static TlsInfo ReadTlsInfo(WireFields fields) => new(
        fields.Enum<SslProtocols>(1),
        (TlsCipherSuite)fields.Int32(2),
        fields.TextOrNull(3),
        fields.TextOrNull(4),
        fields.Bytes(5) is { IsEmpty: false } certificate ? X509CertificateLoader.LoadCertificate(certificate.Span) : null);

    public static void Write(WireWriter writer, FrameError error)
    {
        writer.Int(1, (int)error.Fault);
        writer.Int(2, error.Size);
        writer.Int(3, error.Limit);
        writer.Int(4, error.Offset);
        writer.Text(5, error.Text);
    }

    public static FrameError ReadFrameError(WireFields fields) =>
        new(fields.Enum<FrameErrorKind>(1), fields.Int64(2), fields.Int32(3), fields.Int64(4), fields.Text(5));
}
