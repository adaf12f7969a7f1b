namespace ActorTcp.Cluster.Serialization;

/// <summary>Limits. A value that an older version has not written has its default.</summary>
internal static class LimitCodecs
{
    public static void Write(WireWriter writer, ConnectionLimits limits)
    {
        writer.IntOrNull(1, limits.SendQueueBytes);
        writer.IntOrNull(2, limits.SendQueueHigh);
        writer.IntOrNull(3, limits.SendQueueLow);
        writer.IntOrNull(4, limits.ReadAheadBytes);
        writer.Time(5, limits.FirstByte);
        writer.Time(6, limits.ReadIdle);
        writer.Time(7, limits.WriteStall);
        writer.Time(8, limits.FrameCompletion);
        writer.IntOrNull(9, limits.LargestSend);
        writer.Flag(10, limits.UnboundedDelivery);
        writer.Time(11, limits.Idle);
        writer.TimeOrNull(12, limits.HalfClosed);
        writer.TimeOrNull(13, limits.Flush);
    }

    public static ConnectionLimits ReadConnection(WireFields fields)
    {
        var none = new ConnectionSettings().Limits;
        return new ConnectionLimits(
            fields.Int64(1),
            fields.Int64(2),
            fields.Int64(3),
            fields.Int64(4),
            fields.Time(5),
            fields.Time(6),
            fields.Time(7),
            fields.Time(8))
        {
            LargestSend = fields.Int64(9, none.LargestSend),
            UnboundedDelivery = fields.Flag(10),
            Idle = fields.Time(11),
            HalfClosed = fields.Time(12, none.HalfClosed),
            Flush = fields.Time(13, none.Flush),
        };
    }

    public static void Write(WireWriter writer, ListenerLimits limits)
    {
        writer.Int(1, limits.MaxConnections);
        writer.Int(2, (int)limits.Policy);
        writer.Text(3, limits.Answer);
        writer.Text(4, limits.AllowedNetworks.ToString());
        writer.Text(5, limits.DeniedNetworks.ToString());
        writer.Int(6, limits.MaxConnectionsPerAddress);
        writer.IntOrNull(7, limits.AddressPrefixIPv4);
        writer.IntOrNull(8, limits.AddressPrefixIPv6);
        writer.IntOrNull(9, limits.MaxAddresses);
        writer.Double(10, limits.AcceptRate);
        writer.Int(11, limits.AcceptBurst);
        writer.Double(12, limits.AddressAcceptRate);
        writer.Int(13, limits.AddressAcceptBurst);
        writer.Int(14, limits.ReceiveRate);
        writer.Int(15, limits.ReceiveBurst);
        writer.Int(16, limits.AddressReceiveRate);
        writer.Int(17, limits.AddressReceiveBurst);
    }

    public static ListenerLimits ReadListener(WireFields fields)
    {
        var none = new ListenerLimits(0);
        return new ListenerLimits(fields.Int32(1), fields.Enum<LimitPolicy>(2), fields.Text(3))
        {
            AllowedNetworks = NetworkList.Parse(fields.Text(4)),
            DeniedNetworks = NetworkList.Parse(fields.Text(5)),
            MaxConnectionsPerAddress = fields.Int32(6),
            AddressPrefixIPv4 = fields.Int32(7, none.AddressPrefixIPv4),
            AddressPrefixIPv6 = fields.Int32(8, none.AddressPrefixIPv6),
            MaxAddresses = fields.Int32(9, none.MaxAddresses),
            AcceptRate = fields.Double(10),
            AcceptBurst = fields.Int32(11),
            AddressAcceptRate = fields.Double(12),
            AddressAcceptBurst = fields.Int32(13),
            ReceiveRate = fields.Int64(14),
            ReceiveBurst = fields.Int64(15),
            AddressReceiveRate = fields.Int64(16),
            AddressReceiveBurst = fields.Int64(17),
        };
    }
}
