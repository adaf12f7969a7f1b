namespace ActorTcp.Cluster.Serialization;

/// <summary>Settings in commands. A value that an older version has not written has its default.</summary>
internal static class SettingsCodecs
{
    public static void Write(WireWriter writer, ConnectionSettings settings)
    {
        writer.Message(1, settings.Limits, LimitCodecs.Write);
        writer.TimeOrNull(2, settings.KeepAliveIdle);
        writer.TimeOrNull(3, settings.KeepAliveInterval);
        writer.IntOrNull(4, settings.KeepAliveProbes);
        writer.Time(5, settings.UserTimeout);
        writer.FlagOrNull(6, settings.NoDelay);
        writer.Text(7, settings.CongestionControl);
        writer.Int(8, settings.Dscp);
        writer.Int(9, settings.Mark);
        writer.Int(10, settings.NotSentLowWater);
        writer.Flag(11, settings.QuickAck);
        writer.TimeOrNull(12, settings.RegisterTimeout);
        writer.TimeOrNull(13, settings.HandlerStopTimeout);
        writer.TimeOrNull(14, settings.HandlerAnswerTimeout);
    }

    public static ConnectionSettings ReadConnection(WireFields fields)
    {
        var none = new ConnectionSettings();
        var limits = fields.Message(1, LimitCodecs.ReadConnection) ?? none.Limits;
        return new ConnectionSettings
        {
            SendQueueBytes = limits.SendQueueBytes,
            SendQueueHigh = limits.SendQueueHigh,
            SendQueueLow = limits.SendQueueLow,
            ReadAheadBytes = limits.ReadAheadBytes,
            FirstByteTimeout = limits.FirstByte,
            ReadIdleTimeout = limits.ReadIdle,
            WriteStallTimeout = limits.WriteStall,
            FrameTimeout = limits.FrameCompletion,
            LargestSend = limits.LargestSend,
            UnboundedDelivery = limits.UnboundedDelivery,
            IdleTimeout = limits.Idle,
            HalfClosedTimeout = limits.HalfClosed,
            FlushTimeout = limits.Flush,
            KeepAliveIdle = fields.Time(2, none.KeepAliveIdle),
            KeepAliveInterval = fields.Time(3, none.KeepAliveInterval),
            KeepAliveProbes = fields.Int32(4, none.KeepAliveProbes),
            UserTimeout = fields.Time(5),
            NoDelay = fields.Flag(6, none.NoDelay),
            CongestionControl = fields.Text(7),
            Dscp = fields.Int32(8),
            Mark = fields.Int64(9),
            NotSentLowWater = fields.Int64(10),
            QuickAck = fields.Flag(11),
            RegisterTimeout = fields.Time(12, none.RegisterTimeout),
            HandlerStopTimeout = fields.Time(13, none.HandlerStopTimeout),
            HandlerAnswerTimeout = fields.Time(14, none.HandlerAnswerTimeout),
        };
    }

    public static void Write(WireWriter writer, ListenerSettings settings)
    {
        writer.Message(1, settings.Limits, LimitCodecs.Write);
        writer.IntOrNull(2, settings.Backlog);
        writer.TimeOrNull(3, settings.AcceptBackoffMin);
        writer.TimeOrNull(4, settings.AcceptBackoffMax);
        writer.Message(5, settings.Tls, Write);
        writer.IntOrNull(6, settings.MaxHandshakes);
        writer.TimeOrNull(7, settings.LookupTimeout);
        writer.Text(8, settings.Device);
        writer.Flag(9, settings.IPv6Only);
        writer.FlagOrNull(10, settings.ReuseAddress);
        writer.Int(11, settings.RecvBufferSize);
        writer.Int(12, settings.SendBufferSize);
        writer.Int(13, settings.FastOpen);
        writer.Message(14, settings.ProxyProtocol, Write);
        writer.Int(15, (int)settings.UnixMode);
    }

    public static ListenerSettings ReadListener(WireFields fields)
    {
        var none = new ListenerSettings();
        var limits = fields.Message(1, LimitCodecs.ReadListener) ?? none.Limits;
        return new ListenerSettings
        {
            MaxConnections = limits.MaxConnections,
            LimitPolicy = limits.Policy,
            LimitAnswer = limits.Answer,
            AllowedNetworks = limits.AllowedNetworks,
            DeniedNetworks = limits.DeniedNetworks,
            MaxConnectionsPerAddress = limits.MaxConnectionsPerAddress,
            AddressPrefixIPv4 = limits.AddressPrefixIPv4,
            AddressPrefixIPv6 = limits.AddressPrefixIPv6,
            MaxAddresses = limits.MaxAddresses,
            AcceptRate = limits.AcceptRate,
            AcceptBurst = limits.AcceptBurst,
            AddressAcceptRate = limits.AddressAcceptRate,
            AddressAcceptBurst = limits.AddressAcceptBurst,
            ReceiveRate = limits.ReceiveRate,
            ReceiveBurst = limits.ReceiveBurst,
            AddressReceiveRate = limits.AddressReceiveRate,
            AddressReceiveBurst = limits.AddressReceiveBurst,
            Backlog = fields.Int32(2, none.Backlog),
            AcceptBackoffMin = fields.Time(3, none.AcceptBackoffMin),
            AcceptBackoffMax = fields.Time(4, none.AcceptBackoffMax),
            Tls = fields.Message(5, ReadTls) ?? none.Tls,
            MaxHandshakes = fields.Int32(6, none.MaxHandshakes),
            LookupTimeout = fields.Time(7, none.LookupTimeout),
            Device = fields.Text(8),
            IPv6Only = fields.Flag(9),
            ReuseAddress = fields.Flag(10, none.ReuseAddress),
            RecvBufferSize = fields.Int64(11),
            SendBufferSize = fields.Int64(12),
            FastOpen = fields.Int32(13),
            ProxyProtocol = fields.Message(14, ReadProxyProtocol) ?? none.ProxyProtocol,
            UnixMode = fields.Enum<UnixFileMode>(15),
        };
    }

    public static void Write(WireWriter writer, ProxyProtocolOptions options)
    {
        writer.Int(1, (int)options.Mode);
        writer.Text(2, options.TrustedNetworks.ToString());
        writer.TimeOrNull(3, options.HeaderTimeout);
    }

    public static ProxyProtocolOptions ReadProxyProtocol(WireFields fields) => new()
    {
        Mode = fields.Enum<ProxyProtocolMode>(1),
        TrustedNetworks = NetworkList.Parse(fields.Text(2)),
        HeaderTimeout = fields.Time(3, new ProxyProtocolOptions().HeaderTimeout),
    };

    public static void Write(WireWriter writer, ReconnectPolicy policy)
    {
        writer.Time(1, policy.Min);
        writer.Time(2, policy.Max);
        writer.Double(3, policy.Factor);
        writer.Double(4, policy.Jitter);
        writer.Int(5, policy.MaxAttempts);
        writer.Time(6, policy.MaxTime);
        writer.IntOrNull(7, policy.Seed);
        writer.TimeOrNull(8, policy.ResetAfter);
    }

    public static ReconnectPolicy ReadPolicy(WireFields fields) => new(
        fields.Time(1),
        fields.Time(2),
        fields.Double(3, 2),
        fields.Double(4, 0.5),
        fields.Int32(5),
        fields.Time(6),
        fields.Int32OrNull(7))
    {
        ResetAfter = fields.Time(8, ReconnectPolicy.None.ResetAfter),
    };

    private static void Write(WireWriter writer, TlsServerSettings settings)
    {
        writer.Text(1, settings.Certificate);
        writer.Text(2, settings.Key);
        writer.Text(3, settings.PasswordVariable);
        writer.Int(4, (int)settings.ClientCertificate);
        writer.Text(5, settings.ClientAuthority);
        writer.TimeOrNull(6, settings.HandshakeTimeout);
        writer.TimeOrNull(7, settings.ReloadInterval);
    }

    private static TlsServerSettings ReadTls(WireFields fields)
    {
        var none = new TlsServerSettings();
        return new TlsServerSettings
        {
            Certificate = fields.Text(1),
            Key = fields.Text(2),
            PasswordVariable = fields.Text(3, none.PasswordVariable),
            ClientCertificate = fields.Enum<ClientCertificateMode>(4),
            ClientAuthority = fields.Text(5),
            HandshakeTimeout = fields.Time(6, none.HandshakeTimeout),
            ReloadInterval = fields.Time(7, none.ReloadInterval),
        };
    }
}
