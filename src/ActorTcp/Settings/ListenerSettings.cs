using ActorTcp.Settings;
using ActorTcp.Sockets;

namespace ActorTcp;

/// <summary>
/// The settings of listeners: the section <c>actortcp.listener</c>. <see cref="ListenerProtocol.Bind.Settings"/> replaces them for one listener.
/// </summary>
public sealed record ListenerSettings : ISettingsSection
{
    /// <summary>
    /// The maximum number of connections in the kernel's backlog (listen(2)), which the listener has not accepted yet: 1 to 65535. The kernel
    /// reduces it to net.core.somaxconn. Defaults to 1024.
    /// </summary>
    public int Backlog { get; init; } = 1024;

    /// <summary>
    /// The time for which accepting is paused after it failed because descriptors or memory ran out. The time doubles with each failure in a row.
    /// Defaults to 50 ms.
    /// </summary>
    public TimeSpan AcceptBackoffMin { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The maximum time for which accepting is paused after a failure. Defaults to 1 s.</summary>
    public TimeSpan AcceptBackoffMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="ListenerLimits.MaxConnections"/>
    public int MaxConnections { get; init; }

    /// <inheritdoc cref="ListenerLimits.Policy"/>
    public LimitPolicy LimitPolicy { get; init; }

    /// <inheritdoc cref="ListenerLimits.Answer"/>
    public string LimitAnswer { get; init; } = "";

    /// <inheritdoc cref="ListenerLimits.AllowedNetworks"/>
    public NetworkList AllowedNetworks { get; init => field = MessageArgument.NotNull(value, nameof(AllowedNetworks)); } = NetworkList.Empty;

    /// <inheritdoc cref="ListenerLimits.DeniedNetworks"/>
    public NetworkList DeniedNetworks { get; init => field = MessageArgument.NotNull(value, nameof(DeniedNetworks)); } = NetworkList.Empty;

    /// <inheritdoc cref="ListenerLimits.MaxConnectionsPerAddress"/>
    public int MaxConnectionsPerAddress { get; init; }

    /// <inheritdoc cref="ListenerLimits.AddressPrefixIPv4"/>
    public int AddressPrefixIPv4 { get; init; } = 32;

    /// <inheritdoc cref="ListenerLimits.AddressPrefixIPv6"/>
    public int AddressPrefixIPv6 { get; init; } = 64;

    /// <inheritdoc cref="ListenerLimits.MaxAddresses"/>
    public int MaxAddresses { get; init; } = 65536;

    /// <inheritdoc cref="ListenerLimits.AcceptRate"/>
    public double AcceptRate { get; init; }

    /// <inheritdoc cref="ListenerLimits.AcceptBurst"/>
    public int AcceptBurst { get; init; }

    /// <inheritdoc cref="ListenerLimits.AddressAcceptRate"/>
    public double AddressAcceptRate { get; init; }

    /// <inheritdoc cref="ListenerLimits.AddressAcceptBurst"/>
    public int AddressAcceptBurst { get; init; }

    /// <inheritdoc cref="ListenerLimits.ReceiveRate"/>
    public long ReceiveRate { get; init; }

    /// <inheritdoc cref="ListenerLimits.ReceiveBurst"/>
    public long ReceiveBurst { get; init; }

    /// <inheritdoc cref="ListenerLimits.AddressReceiveRate"/>
    public long AddressReceiveRate { get; init; }

    /// <inheritdoc cref="ListenerLimits.AddressReceiveBurst"/>
    public long AddressReceiveBurst { get; init; }

    /// <summary>TLS from files. <see cref="ListenerProtocol.Bind.Tls"/> replaces it for one listener.</summary>
    public TlsServerSettings Tls { get; init; } = new();

    /// <summary>
    /// The maximum number of TLS handshakes and PROXY headers under way. Further clients stay in the backlog. Defaults to 256.
    /// </summary>
    public int MaxHandshakes { get; init; } = 256;

    /// <summary>The maximum time of the lookup of a host name in a <see cref="ListenerProtocol.Bind"/>, and of reading the files of <see cref="Tls"/>. Defaults to 10 s.</summary>
    public TimeSpan LookupTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The network interface on which the listener listens, and which its connections use (SO_BINDTODEVICE, socket(7)). Empty, the default,
    /// means all interfaces.
    /// </summary>
    public string Device { get; init; } = "";

    /// <summary>
    /// Whether a listener on an IPv6 address refuses IPv4 (IPV6_V6ONLY, ipv6(7)), so that <c>0.0.0.0</c> and <c>::</c> can be bound to the same
    /// port. If it is off, which is the default, net.ipv6.bindv6only decides. It has no effect on an IPv4 address.
    /// </summary>
    public bool IPv6Only { get; init; }

    /// <summary>
    /// Whether an address can be bound while earlier connections of it are in TIME_WAIT (SO_REUSEADDR, socket(7)). On by default.
    /// </summary>
    public bool ReuseAddress { get; init; } = true;

    /// <summary>
    /// The kernel's receive buffer of each accepted connection (SO_RCVBUF, socket(7)): 1024 bytes to 16 MiB. With 0, the default, the kernel
    /// chooses and tunes the size.
    /// </summary>
    public long RecvBufferSize { get; init; }

    /// <summary>
    /// The kernel's send buffer of each accepted connection (SO_SNDBUF, socket(7)): 1024 bytes to 16 MiB. With 0, the default, the kernel chooses
    /// and tunes the size.
    /// </summary>
    public long SendBufferSize { get; init; }

    /// <summary>
    /// The maximum number of connections that have sent bytes with the first packet of a connect and have not completed the handshake
    /// (TCP_FASTOPEN, tcp(7)): 0 to 65535. 0, the default, means that clients cannot do so. Also needs bit 2 of net.ipv4.tcp_fastopen.
    /// </summary>
    public int FastOpen { get; init; }

    /// <summary>The PROXY protocol. Off by default.</summary>
    public ProxyProtocolOptions ProxyProtocol { get; init; } = new();

    /// <summary>
    /// The permissions of the file of a Unix socket, such as <c>UserRead | UserWrite</c>, in HOCON in octal: 0600. None, the default, means 0777
    /// without the bits of the umask. A client needs the write permission. It has no effect on an abstract name and on TCP.
    /// </summary>
    public UnixFileMode UnixMode { get; init; }

    /// <summary>The options that are set on the server socket before it is bound.</summary>
    /// <param name="connections">The settings of the connections, which inherit options from the server socket.</param>
    internal ListenOptions ListenOptionsFor(ConnectionSettings connections) => new()
    {
        Device = Device.Length == 0 ? null : Device,
        ReuseAddress = ReuseAddress,
        UnixMode = UnixMode == UnixFileMode.None ? null : UnixMode,
        IPv6Only = IPv6Only ? true : IPv6OnlyOfBind,
        RecvBufferSize = (int)RecvBufferSize,
        SendBufferSize = (int)SendBufferSize,
        SocketOptions = FastOpen > 0 ? [.. connections.SocketOptions, new SocketOption.FastOpen(FastOpen)] : [.. connections.SocketOptions],
    };

    /// <summary>The value of one Bind; null if it has none. Unlike false in <see cref="IPv6Only"/>, false here accepts IPv4 on every system.</summary>
    internal bool? IPv6OnlyOfBind { get; init; }

    /// <summary>The initial limits of a listener: the settings that can be changed while it runs. Each read returns a new object.</summary>
    public ListenerLimits Limits => new(MaxConnections, LimitPolicy, LimitAnswer)
    {
        AllowedNetworks = AllowedNetworks,
        DeniedNetworks = DeniedNetworks,
        MaxConnectionsPerAddress = MaxConnectionsPerAddress,
        AddressPrefixIPv4 = AddressPrefixIPv4,
        AddressPrefixIPv6 = AddressPrefixIPv6,
        MaxAddresses = MaxAddresses,
        AcceptRate = AcceptRate,
        AcceptBurst = AcceptBurst,
        AddressAcceptRate = AddressAcceptRate,
        AddressAcceptBurst = AddressAcceptBurst,
        ReceiveRate = ReceiveRate,
        ReceiveBurst = ReceiveBurst,
        AddressReceiveRate = AddressReceiveRate,
        AddressReceiveBurst = AddressReceiveBurst,
    };

    IEnumerable<string> ISettingsSection.BrokenRules() => BrokenRules();

    /// <summary>A message for each value that breaks a rule, with the setting, the value and the rule.</summary>
    internal IEnumerable<string> BrokenRules()
    {
        foreach (var rule in Limits.BrokenRules())
        {
            yield return rule;
        }

        if (Backlog is < 1 or > 65535)
        {
            yield return $"backlog is {Backlog}; it must be 1 to 65535";
        }

        foreach (var (name, size) in new[] { ("recv-buffer-size", RecvBufferSize), ("send-buffer-size", SendBufferSize) })
        {
            if (size is not 0 and (< Tcp.BufferMin or > Tcp.BufferMax))
            {
                yield return $"{name} is {size}; it must be 0 (the kernel's choice) or {Tcp.BufferMin} to {Tcp.BufferMax}";
            }
        }

        if (FastOpen is < 0 or > Tcp.FastOpenMax)
        {
            yield return $"fast-open is {FastOpen}; it must be 0 (off) to {Tcp.FastOpenMax}";
        }

        if (MaxHandshakes < 1)
        {
            yield return $"max-handshakes is {MaxHandshakes}; it must be at least 1";
        }

        if (LookupTimeout <= TimeSpan.Zero)
        {
            yield return $"lookup-timeout is {LookupTimeout}; it must be above 0";
        }

        foreach (var rule in ProxyProtocol.BrokenRules())
        {
            yield return $"proxy-protocol.{rule}";
        }

        if (((int)UnixMode & ~0x1ff) != 0)
        {
            yield return $"unix-mode is {Convert.ToString((int)UnixMode, 8)}; it must be 0 (as the umask has it) to 0777";
        }

        if (Device is null)
        {
            yield return "device is null; it must be the name of a network interface, or empty";
        }

        if (AcceptBackoffMin <= TimeSpan.Zero || AcceptBackoffMin > AcceptBackoffMax)
        {
            yield return $"accept-backoff-min is {AcceptBackoffMin}; it must be above 0 and at most accept-backoff-max, {AcceptBackoffMax}";
        }
    }
}
