using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorTcp.Connections;
using ActorTcp.Framing;
using ActorTcp.Sockets;

namespace ActorTcp.Cluster.Tests.Serialization;

/// <summary>Samples of every message that can be sent to another node. Each property has a value that is not its default in at least one sample.</summary>
internal static class MessageSamples
{
    private static readonly SockAddr Remote = new("10.1.2.3", 4711);
    private static readonly SockAddr Local = new("fe80::1", 7411, 2);
    private static readonly ConnectionProtocol.Closed Closed = new(CloseReason.Error, Errno.ECONNRESET, "reset", 12);

    private static readonly ConnectionLimits ConnectionLimits =
        new(11, 10, 9, 8, Seconds(1), Seconds(2), Seconds(3), Seconds(4))
        {
            LargestSend = 5,
            UnboundedDelivery = true,
            Idle = Seconds(6),
            HalfClosed = Seconds(7),
            Flush = Seconds(8),
        };

    private static readonly ListenerLimits ListenerLimits = new(5, LimitPolicy.AcceptAnswerAndClose, "busy")
    {
        AllowedNetworks = NetworkList.Parse("10.0.0.0/8, 2001:db8::/32"),
        DeniedNetworks = NetworkList.Parse("10.1.0.0/16"),
        MaxConnectionsPerAddress = 1,
        AddressPrefixIPv4 = 24,
        AddressPrefixIPv6 = 48,
        MaxAddresses = 17,
        AcceptRate = 1.5,
        AcceptBurst = 2,
        AddressAcceptRate = 2.5,
        AddressAcceptBurst = 3,
        ReceiveRate = 4,
        ReceiveBurst = 5,
        AddressReceiveRate = 6,
        AddressReceiveBurst = 7,
    };

    private static readonly ProxyHeader Proxy = new()
    {
        Version = 1,
        Source = Remote,
        Destination = Local,
        ApplicationProtocol = "h2",
        Authority = "example.org",
        UniqueId = new byte[] { 1, 2, 3 },
        Tls = new ProxyTls
        {
            IsSecured = true,
            SentCertificate = true,
            HasCertificate = true,
            IsVerified = true,
            Version = "TLSv1.3",
            CommonName = "anna",
            Cipher = "AES",
            SignatureAlgorithm = "SHA256",
            KeyAlgorithm = "RSA2048",
        },
        NetworkNamespace = "ns",
        HasChecksum = true,
        Others = [new ProxyTlv(0xE1, new byte[] { 4 }), new ProxyTlv(0xE2, default)],
    };

    private static readonly PeerCredentials Credentials = new(1, uint.MaxValue, 3);
    private static readonly HandlerOptions Options = new() { KeepOpenOnPeerEof = true, Pull = true, Framing = new LineFraming(100) };

    private static readonly IFraming[] Framings =
    [
        new LineFraming(10, LineEnding.CarriageReturnLineFeed, keepEnding: true),
        new LineFraming(10, LineEnding.Any, LineEnding.CarriageReturnLineFeed),
        new DelimiterFraming([1, 2], 20, keepDelimiter: true),
        new LengthPrefixFraming(LengthField.TwoBytes, 30, ByteOrder.LittleEndian, offset: 2, adjustment: -4, leading: [7, 8]),
        new LengthPrefixFraming(LengthField.FourBytes, 30, offset: 2, keepHeader: true),
        new FixedFraming(40),
        new RawFraming(),
        new SplitFraming(new LineFraming(10), new FixedFraming(4)),
    ];

    private static readonly SocketOption[] SocketOptions =
    [
        new SocketOption.KeepAlive(true, 1000, 2000, 5),
        new SocketOption.KeepAlive(false),
        new SocketOption.UserTimeout(3),
        new SocketOption.CongestionControl("bbr"),
        new SocketOption.Dscp(46),
        new SocketOption.Mark(uint.MaxValue),
        new SocketOption.QuickAck(true),
        new SocketOption.NotSentLowWater(4),
        new SocketOption.FastOpen(5),
        new SocketOption.NoDelay(true),
        new SocketOption.Linger(true, 6),
        new SocketOption.Ttl(7),
        new SocketOption.ReuseAddr(true),
        new SocketOption.IPv6Only(true),
        new SocketOption.RecvBufferSize(2048),
        new SocketOption.SendBufferSize(4096),
        new SocketOption.Device("lo"), new SocketOption.Device(null),
    ];

    private static readonly SocketReading[] Readings =
    [
        new(SocketValue.State, TcpState.CloseWait),
        new(SocketValue.Pending, 5),
        new(SocketValue.Error, Errno.EPIPE),
        new(SocketValue.RecvBufferSize, 6),
        new(SocketValue.SendBufferSize, 7),
        new(SocketValue.SockName, Local),
        new(SocketValue.PeerName, Remote),
        new(SocketValue.PeerCredentials, Credentials),
    ];

    /// <summary>All samples.</summary>
    /// <param name="actor">An actor of the system.</param>
    public static IEnumerable<object> Of(IActorRef actor) =>
    [
        .. Bytes(actor), .. Commands(actor), .. Answers(), .. Events(actor), .. HandlerAcks(), .. Listener(actor), .. ListenerAnswers(actor), .. Connector(actor),
    ];

    private static IEnumerable<object> Bytes(IActorRef actor) =>
    [
        new Send("hello"),
        new Send("hello", token: "t") { Timeout = TimeSpan.Zero },
        new Send("", token: 5),
        new Send([new byte[] { 1 }, new byte[] { 2, 3 }], token: long.MinValue) { Timeout = Seconds(5) },
        Send.OfWire(new byte[] { 1, 2 }, true, null, actor),
        Send.OfWire(new byte[] { 1, 2 }, Guid.NewGuid(), Seconds(3), null),
        new Send("x", actor),
        new Send("x", ActorRefs.Nobody),
        new Send("x", new ConnectionProtocol.Sent("nested")),
        new Send("x", new Token("anna", 3)),
        Received.CopyOf([1, 2, 3], 1L << 40),
        Received.Owned([1, 2, 3, 4], 1, 2, 7, awaitsAck: true),
        Received.Owned([1], 0, 1, 3, awaitsAck: false, isPartial: true),
        Received.CopyOf([], 3),
    ];

    private static IEnumerable<object> Commands(IActorRef actor) =>
    [
        new ConnectionProtocol.Register(actor),
        new ConnectionProtocol.Register(actor, Options),
        new ConnectionProtocol.RegisterFailed(new ConnectionProtocol.Register(actor, Options), Errno.EISCONN, "taken"),
        ConnectionProtocol.Read.Instance,
        ConnectionProtocol.SuspendReading.Instance,
        ConnectionProtocol.ResumeReading.Instance,
        new ConnectionProtocol.Flush("token"),
        new ConnectionProtocol.Shutdown(ShutdownHow.Both),
        ConnectionProtocol.Close.Instance,
        ConnectionProtocol.ConfirmedClose.Instance,
        ConnectionProtocol.Abort.Instance,
        new ConnectionProtocol.Detach(actor),
        new ConnectionProtocol.SetFraming(null),
        .. Framings.Select(framing => new ConnectionProtocol.SetFraming(framing)),
        .. SocketOptions.Select(option => new ConnectionProtocol.SetOption(option)),
        new ConnectionProtocol.GetOption(SocketValue.SockName),
        new ConnectionProtocol.SetLimits(ConnectionLimits),
        ConnectionProtocol.Describe.Instance,
    ];

    private static IEnumerable<object> Answers() =>
    [
        new ConnectionProtocol.Flushed("token"),
        new ConnectionProtocol.ShutdownDone(ShutdownHow.Write, Errno.EPIPE),
        new ConnectionProtocol.DetachFailed(Errno.EBADF, "closing"),
        new ConnectionProtocol.TlsStarted(Tls()),
        new ConnectionProtocol.TlsFailed(Errno.EPROTO, "bad"),
        new ConnectionProtocol.FramingSet(new LineFraming(5), 6),
        new ConnectionProtocol.FramingSet(null, 0),
        new ConnectionProtocol.OptionSet(new SocketOption.NoDelay(true)),
        .. Readings.Select(reading => new ConnectionProtocol.OptionValue(reading)),
        new ConnectionProtocol.OptionFailed(new ConnectionProtocol.SetFraming(new FixedFraming(3)), Errno.EINVAL, "wrong"),
        new ConnectionProtocol.LimitsSet(ConnectionLimits),
    ];

    private static IEnumerable<object> Events(IActorRef actor) =>
    [
        new ConnectionProtocol.Connected(actor, Remote, Local) { Tls = Tls(), PeerCredentials = Credentials, ProxyHeader = Proxy, ProxyAddress = Remote },
        new ConnectionProtocol.Connected(actor, SockAddr.OfUnixPath(new string('x', 200)), SockAddr.Parse("unix:")),
        new ConnectionProtocol.Resumed(actor, Remote, Local, 5, new byte[] { 1, 2 }, ["a", 2, 3L]) { ReceivedFailed = true, Number = 4 },
        ConnectionProtocol.PeerEof.Instance,
        new ConnectionProtocol.PeerEof(new byte[] { 1 }),
        new ConnectionProtocol.FrameFailed(new FrameError(FrameErrorKind.Malformed, 1, 2, 3, "text")),
        new ConnectionProtocol.Sent("token"),
        new ConnectionProtocol.SendFailed("token", Errno.EPIPE, "closed"),
        new ConnectionProtocol.SendFailed(null, Errno.ENOBUFS, "full"),
        new ConnectionProtocol.QueueHigh(5),
        new ConnectionProtocol.QueueLow(6),
        Closed,
        new ConnectionDescription(
            actor, actor, Local, Remote, ConnectionPhase.PeerEnded, TcpState.Established, 1, 2, 3, 4, Seconds(5), Seconds(6), 7)
        {
            Tls = Tls(),
            PeerCredentials = Credentials,
            ProxyHeader = Proxy,
            ProxyAddress = Remote,
        },
        new ConnectionDescription(
            actor, ActorRefs.Nobody, Local, Remote, ConnectionPhase.Registering, TcpState.Established, 0, 0, 0, 0, default, default, 0),
    ];

    private static IEnumerable<object> HandlerAcks() =>
    [
        HandlerAck.Enabled.Instance,
        new HandlerAck.Refused("other"),
        HandlerAck.Ready.Instance,
        HandlerAck.Ended.Instance,
        HandlerAck.Completed.Instance,
        new HandlerAck.Completed(3),
        new HandlerAck.Resuming(3),
        HandlerAck.Failed.Instance,
        new HandlerAck.Stopped(true),
        new HandlerAck.Restarting(true),
    ];

    private static IEnumerable<object> Listener(IActorRef actor) =>
    [
        new ListenerProtocol.Bind(Remote),
        new ListenerProtocol.Bind("localhost", 80),
        ListenerProtocol.Bind.Inherited("web"),
        new ListenerProtocol.Bind(Remote, Props.Create<SampleActor>(), Options, 5)
        {
            Settings = ListenerSettings(),
            ConnectionSettings = ConnectionSettings(),
            Device = "lo",
            IPv6Only = false,
            ReuseAddress = true,
            ProxyProtocol = new ProxyProtocolOptions { Mode = ProxyProtocolMode.Required, TrustedNetworks = NetworkList.Parse("::1/128"), HeaderTimeout = Seconds(9) },
            UnixMode = UnixFileMode.UserRead,
            RecvBufferSize = 0,
            SendBufferSize = 2048,
        },
        ListenerProtocol.Unbind.Instance,
        new ListenerProtocol.Drain(Seconds(3)),
        ListenerProtocol.PauseAccepting.Instance,
        ListenerProtocol.ResumeAccepting.Instance,
        new ListenerProtocol.SetPorts(3),
        new ListenerProtocol.SetTls(null),
        new ListenerProtocol.SetLimits(ListenerLimits),
        new ListenerProtocol.SetOption(new SocketOption.NoDelay(false)),
        new ListenerProtocol.GetOption(SocketValue.PeerName),
        ListenerProtocol.Describe.Instance,
        new ListenerProtocol.LimitReached(actor, ListenerLimits) { Reason = RefuseReason.Network, RemoteAddress = Remote },
        new ListenerProtocol.ConnectionClosed(actor, Remote, Closed),
        new ListenerProtocol.ConnectionAccepted(actor, Remote, Local),
    ];

    private static IEnumerable<object> ListenerAnswers(IActorRef actor) =>
    [
        new ListenerProtocol.Bound(Local, actor) { LocalAddresses = [Local, Remote] },
        new ListenerProtocol.BindFailed(Local, Errno.EADDRINUSE, "in use"),
        new ListenerProtocol.Unbound(Local),
        new ListenerProtocol.Drained(1, 2, 3),
        new ListenerProtocol.PortsSet(3),
        new ListenerProtocol.TlsSet(null),
        new ListenerProtocol.LimitsSet(ListenerLimits),
        new ListenerProtocol.OptionSet(new SocketOption.NoDelay(true)),
        new ListenerProtocol.OptionValue(Readings[0]),
        new ListenerProtocol.CommandFailed(new ListenerProtocol.SetPorts(5000), Errno.EINVAL, "too many"),
        new ListenerDescription(actor, Local, 2, ListenerPhase.Draining, true, 3, 4, ListenerLimits, [actor])
        {
            IsExhausted = true,
            LocalAddresses = [Local, Remote],
            InheritedName = "web",
            Backlog = 5,
            Device = "lo",
            RecvBufferSize = 6,
            SendBufferSize = 7,
            RefusedByReason = new Dictionary<RefuseReason, long> { [RefuseReason.Network] = 3, [RefuseReason.MaxConnections] = 4 },
            Addresses = 8,
        },
    ];

    private static IEnumerable<object> Connector(IActorRef actor) =>
    [
        new ConnectorProtocol.Connect("localhost", 80),
        new ConnectorProtocol.Connect("localhost", 80, Props.Create<SampleActor>(), Options)
        {
            HandlerActor = actor,
            Timeout = Seconds(1),
            AttemptDelay = Seconds(2),
            QueueBytes = 3,
            Reconnect = new ReconnectPolicy(Seconds(1), Seconds(2), 3, 0.25, 4, Seconds(5), 6) { ResetAfter = Seconds(7) },
            LocalAddress = Local,
            FastOpen = false,
            ConnectionSettings = ConnectionSettings(),
            ProxyHeader = Proxy,
            NotifyStarted = true,
        },
        ConnectorProtocol.Close.Instance,
        ConnectorProtocol.Abort.Instance,
        ConnectorProtocol.Describe.Instance,
        new ConnectorProtocol.Started(actor, "h", 1),
        new ConnectorProtocol.Connected(actor, actor, Remote, Local),
        new ConnectorProtocol.Disconnected(actor, actor, Closed),
        new ConnectorProtocol.Reconnecting(actor, Seconds(1), 2, Errno.ECONNREFUSED, "refused"),
        new ConnectorProtocol.ConnectFailed(actor, "h", 1, Errno.ETIMEDOUT, "late", [new ConnectorProtocol.FailedAttempt(Remote, Errno.ETIMEDOUT, "late")]),
        new ConnectorProtocol.FailedAttempt(Remote, Errno.ETIMEDOUT, "late"),
        new ConnectorProtocol.Closed(actor, CloseReason.Aborted, Errno.EPIPE, "aborted"),
        new ConnectorDescription(actor, "h", 1, ConnectorPhase.Up, actor, 2, 3, 4, 5),
        new AdoptionProtocol.Adopted(actor, Remote, Local),
    ];

    private static ConnectionSettings ConnectionSettings() => new()
    {
        SendQueueBytes = 11,
        SendQueueHigh = 10,
        SendQueueLow = 9,
        ReadAheadBytes = 8,
        FirstByteTimeout = Seconds(1),
        ReadIdleTimeout = Seconds(2),
        WriteStallTimeout = Seconds(3),
        FrameTimeout = Seconds(4),
        LargestSend = 5,
        UnboundedDelivery = true,
        IdleTimeout = Seconds(6),
        HalfClosedTimeout = Seconds(7),
        FlushTimeout = Seconds(8),
        KeepAliveIdle = Seconds(9),
        KeepAliveInterval = Seconds(10),
        KeepAliveProbes = 11,
        UserTimeout = Seconds(12),
        NoDelay = false,
        CongestionControl = "bbr",
        Dscp = 13,
        Mark = 14,
        NotSentLowWater = 15,
        QuickAck = true,
        RegisterTimeout = Seconds(16),
        HandlerStopTimeout = Seconds(17),
        HandlerAnswerTimeout = Seconds(18),
    };

    private static ListenerSettings ListenerSettings() => new()
    {
        Backlog = 1,
        AcceptBackoffMin = Seconds(2),
        AcceptBackoffMax = Seconds(3),
        MaxConnections = 4,
        LimitPolicy = LimitPolicy.AcceptAnswerAndClose,
        LimitAnswer = "busy",
        AllowedNetworks = NetworkList.Parse("10.0.0.0/8"),
        DeniedNetworks = NetworkList.Parse("10.1.0.0/16"),
        MaxConnectionsPerAddress = 5,
        AddressPrefixIPv4 = 6,
        AddressPrefixIPv6 = 7,
        MaxAddresses = 8,
        AcceptRate = 9,
        AcceptBurst = 10,
        AddressAcceptRate = 11,
        AddressAcceptBurst = 12,
        ReceiveRate = 13,
        ReceiveBurst = 14,
        AddressReceiveRate = 15,
        AddressReceiveBurst = 16,
        Tls = new TlsServerSettings
        {
            Certificate = "c",
            Key = "k",
            PasswordVariable = "p",
            ClientCertificate = (ClientCertificateMode)1,
            ClientAuthority = "a",
            HandshakeTimeout = Seconds(17),
            ReloadInterval = Seconds(18),
        },
        MaxHandshakes = 19,
        LookupTimeout = Seconds(20),
        Device = "lo",
        IPv6Only = true,
        ReuseAddress = false,
        RecvBufferSize = 1024,
        SendBufferSize = 2048,
        FastOpen = 21,
        ProxyProtocol = new ProxyProtocolOptions { Mode = ProxyProtocolMode.Required, HeaderTimeout = Seconds(22) },
        UnixMode = UnixFileMode.GroupRead,
    };

    private static TlsInfo Tls()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=sample", key, HashAlgorithmName.SHA256);
        var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        return new TlsInfo(SslProtocols.Tls13, TlsCipherSuite.TLS_AES_128_GCM_SHA256, "h2", "example.org", certificate);
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary>A token of a user's own type, which Akka's default serializer writes.</summary>
    public sealed record Token(string Name, int Number);

    /// <summary>A handler for Props.</summary>
    public sealed class SampleActor : ReceiveActor
    {
    }
}
