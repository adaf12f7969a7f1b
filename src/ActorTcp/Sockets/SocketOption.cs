namespace ActorTcp.Sockets;

/// <summary>
/// A socket option with its value, for <see cref="ConnectionProtocol.SetOption"/> and <see cref="ListenerProtocol.SetOption"/>. Each setter of
/// <see cref="Tcp"/> has one.
/// </summary>
public abstract record SocketOption
{
    private SocketOption()
    {
    }

    /// <summary>Sets the option. False with the reason in <see cref="Tcp.LastErrno"/>.</summary>
    internal abstract bool Apply(Tcp tcp);

    /// <summary>Keep-alive probes for an idle peer (<see cref="Tcp.SetKeepAlive"/>).</summary>
    /// <param name="Enable">Whether probes are sent.</param>
    /// <param name="Idle">The idle time before the first probe, in milliseconds. Required if probes are enabled.</param>
    /// <param name="Interval">The time between two probes, in milliseconds. Null, the default, means <paramref name="Idle"/>.</param>
    /// <param name="Count">The number of unanswered probes after which the connection fails: 1 to 127. Defaults to 3.</param>
    public sealed record KeepAlive(bool Enable, int? Idle = null, int? Interval = null, int Count = 3) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetKeepAlive(Enable, Idle, Interval, Count);
    }

    /// <summary>The time for which sent bytes may stay unacknowledged (<see cref="Tcp.SetUserTimeout"/>).</summary>
    /// <param name="Time">The time in milliseconds. 0 means as long as the kernel retransmits.</param>
    public sealed record UserTimeout(int Time) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetUserTimeout(Time);
    }

    /// <summary>The algorithm of congestion control (<see cref="Tcp.SetCongestionControl"/>).</summary>
    /// <param name="Name">The algorithm, such as <c>bbr</c>.</param>
    /// <exception cref="ArgumentNullException">The name is null.</exception>
    public sealed record CongestionControl(string Name) : SocketOption
    {
        /// <summary>The algorithm, such as <c>bbr</c>.</summary>
        public string Name { get; init => field = value ?? throw new ArgumentNullException(nameof(Name)); } = Name ?? throw new ArgumentNullException(nameof(Name));

        internal override bool Apply(Tcp tcp) => tcp.SetCongestionControl(Name);
    }

    /// <summary>The differentiated services code point of sent packets (<see cref="Tcp.SetDscp"/>).</summary>
    /// <param name="CodePoint">The code point: 0 to 63.</param>
    public sealed record Dscp(int CodePoint) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetDscp(CodePoint);
    }

    /// <summary>The mark of sent packets, for routing and firewall rules (<see cref="Tcp.SetMark"/>).</summary>
    /// <param name="Value">The mark; 0 means none.</param>
    public sealed record Mark(uint Value) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetMark(Value);
    }

    /// <summary>
    /// Whether the kernel acknowledges received bytes at once (<see cref="Tcp.SetQuickAck"/>). A connection repeats it after each receive, because the kernel
    /// changes the mode. Connections do not inherit it from their listener.
    /// </summary>
    /// <param name="Enable">True: at once. False: the kernel chooses.</param>
    public sealed record QuickAck(bool Enable) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetQuickAck(Enable);
    }

    /// <summary>The number of unsent bytes above which the kernel accepts no more (<see cref="Tcp.SetNotSentLowWater"/>).</summary>
    /// <param name="Bytes">The number of bytes. 0 means the default of the system.</param>
    public sealed record NotSentLowWater(int Bytes) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetNotSentLowWater(Bytes);
    }

    /// <summary>Whether clients may send bytes with the first packet of a connect, for a listener (<see cref="Tcp.SetFastOpen"/>).</summary>
    /// <param name="Queue">The maximum number of such connections without a completed handshake: 0 (off) to 65535.</param>
    public sealed record FastOpen(int Queue) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetFastOpen(Queue);
    }

    /// <summary>Whether the first bytes are sent with the first packet of a connect (<see cref="Tcp.SetFastOpenConnect"/>).</summary>
    internal sealed record FastOpenConnect : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetFastOpenConnect();
    }

    /// <summary>Whether the kernel sends small messages at once (<see cref="Tcp.SetNoDelay"/>).</summary>
    /// <param name="Enable">True: at once.</param>
    public sealed record NoDelay(bool Enable) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetNoDelay(Enable);
    }

    /// <summary>What a close does with unsent bytes (<see cref="Tcp.SetLinger"/>).</summary>
    /// <param name="OnOff">Whether a close waits until the bytes are sent and acknowledged.</param>
    /// <param name="Time">The maximum time in seconds: 0 to 32767. With 0 a close resets the connection.</param>
    public sealed record Linger(bool OnOff, int Time) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetLinger(OnOff, Time);
    }

    /// <summary>The time to live of sent packets (<see cref="Tcp.SetTtl"/>).</summary>
    /// <param name="TimeToLive">The number of hops: 1 to 255.</param>
    public sealed record Ttl(int TimeToLive) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetTtl(TimeToLive);
    }

    /// <summary>Whether an address can be bound while earlier connections of it are in TIME_WAIT (<see cref="Tcp.SetReuseAddr"/>).</summary>
    /// <param name="Enable">Whether the address can be bound.</param>
    public sealed record ReuseAddr(bool Enable) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetReuseAddr(Enable);
    }

    /// <summary>Whether an IPv6 socket refuses IPv4 (<see cref="Tcp.SetIPv6Only"/>). It fails with EINVAL on a socket that is bound.</summary>
    /// <param name="Enable">Whether IPv4 is refused.</param>
    public sealed record IPv6Only(bool Enable) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetIPv6Only(Enable);
    }

    /// <summary>The size of the kernel's receive buffer (<see cref="Tcp.SetRecvBufferSize"/>).</summary>
    /// <param name="Size">The size in bytes: 1024 bytes to 16 MiB.</param>
    public sealed record RecvBufferSize(int Size) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetRecvBufferSize(Size);
    }

    /// <summary>The size of the kernel's send buffer (<see cref="Tcp.SetSendBufferSize"/>).</summary>
    /// <param name="Size">The size in bytes: 1024 bytes to 16 MiB.</param>
    public sealed record SendBufferSize(int Size) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetSendBufferSize(Size);
    }

    /// <summary>The network interface through which the socket sends and receives (<see cref="Tcp.BindToDevice"/>).</summary>
    /// <param name="Name">The interface; null or empty for all interfaces.</param>
    public sealed record Device(string? Name) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.BindToDevice(Name);
    }
}
