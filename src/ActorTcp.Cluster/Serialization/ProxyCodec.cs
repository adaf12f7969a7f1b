namespace ActorTcp.Cluster.Serialization;

/// <summary>Headers of the PROXY protocol.</summary>
internal static class ProxyCodec
{
    public static void Write(WireWriter writer, ProxyHeader header)
    {
        writer.Int(1, header.Version);
        writer.Message(2, header.Source, ValueCodecs.Write);
        writer.Message(3, header.Destination, ValueCodecs.Write);
        writer.Text(4, header.ApplicationProtocol);
        writer.Text(5, header.Authority);
        writer.Bytes(6, header.UniqueId.Span);
        writer.Message(7, header.Tls, Write);
        writer.Text(8, header.NetworkNamespace);
        writer.Flag(9, header.HasChecksum);
        writer.Messages(10, header.Others, Write);
    }

    public static ProxyHeader Read(WireFields fields) => new()
    {
        Version = fields.Int32(1),
        Source = fields.Message(2, ValueCodecs.ReadAddress),
        Destination = fields.Message(3, ValueCodecs.ReadAddress),
        ApplicationProtocol = fields.TextOrNull(4),
        Authority = fields.TextOrNull(5),
        UniqueId = fields.Bytes(6),
        Tls = fields.Message(7, ReadTls),
        NetworkNamespace = fields.TextOrNull(8),
        HasChecksum = fields.Flag(9),
        Others = fields.Messages(10, ReadTlv),
    };

    private static void Write(WireWriter writer, ProxyTls tls)
    {
        writer.Flag(1, tls.IsSecured);
        writer.Flag(2, tls.SentCertificate);
        writer.Flag(3, tls.HasCertificate);
        writer.Flag(4, tls.IsVerified);
        writer.Text(5, tls.Version);
        writer.Text(6, tls.CommonName);
        writer.Text(7, tls.Cipher);
        writer.Text(8, tls.SignatureAlgorithm);
        writer.Text(9, tls.KeyAlgorithm);
    }

    private static ProxyTls ReadTls(WireFields fields) => new()
    {
        IsSecured = fields.Flag(1),
        SentCertificate = fields.Flag(2),
        HasCertificate = fields.Flag(3),
        IsVerified = fields.Flag(4),
        Version = fields.TextOrNull(5),
        CommonName = fields.TextOrNull(6),
        Cipher = fields.TextOrNull(7),
        SignatureAlgorithm = fields.TextOrNull(8),
        KeyAlgorithm = fields.TextOrNull(9),
    };

    private static void Write(WireWriter writer, ProxyTlv tlv)
    {
        writer.Int(1, tlv.Type);
        writer.Bytes(2, tlv.Value.Span);
    }

    private static ProxyTlv ReadTlv(WireFields fields) => new((byte)fields.InRange(1, 0, byte.MaxValue), fields.Bytes(2));
}
