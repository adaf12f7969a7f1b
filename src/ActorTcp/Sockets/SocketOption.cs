namespace ActorTcp.Sockets;

/// <summary>An option of a connection's socket with its value, for a message that sets it. One for each setter of <see cref="Tcp"/>.</summary>
public abstract record SocketOption
{
    private SocketOption()
    {
    }

    /// <summary>Sets the option. False with the reason in <see cref="Tcp.LastErrno"/>.</summary>
    internal abstract bool Apply(Tcp tcp);

    /// <summary><see cref="Tcp.SetKeepAlive"/>; times in milliseconds.</summary>
    public sealed record KeepAlive(bool Enable, int? Idle = null, int? Interval = null, int Count = 3) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetKeepAlive(Enable, Idle, Interval, Count);
    }

    /// <summary><see cref="Tcp.SetUserTimeout"/>; milliseconds.</summary>
    public sealed record UserTimeout(int Time) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetUserTimeout(Time);
    }

    /// <summary><see cref="Tcp.SetNoDelay"/>.</summary>
    public sealed record NoDelay(bool Enable) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetNoDelay(Enable);
    }

    /// <summary><see cref="Tcp.SetLinger"/>; seconds.</summary>
    public sealed record Linger(bool OnOff, int Time) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetLinger(OnOff, Time);
    }

    /// <summary><see cref="Tcp.SetTtl"/>.</summary>
    public sealed record Ttl(int TimeToLive) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetTtl(TimeToLive);
    }

    /// <summary><see cref="Tcp.SetReuseAddr"/>.</summary>
    public sealed record ReuseAddr(bool Enable) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetReuseAddr(Enable);
    }

    /// <summary><see cref="Tcp.SetIPv6Only"/>.</summary>
    public sealed record IPv6Only(bool Enable) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetIPv6Only(Enable);
    }

    /// <summary><see cref="Tcp.SetRecvBufferSize"/>; bytes.</summary>
    public sealed record RecvBufferSize(int Size) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetRecvBufferSize(Size);
    }

    /// <summary><see cref="Tcp.SetSendBufferSize"/>; bytes.</summary>
    public sealed record SendBufferSize(int Size) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.SetSendBufferSize(Size);
    }

    /// <summary><see cref="Tcp.BindToDevice"/>.</summary>
    public sealed record Device(string? Name) : SocketOption
    {
        internal override bool Apply(Tcp tcp) => tcp.BindToDevice(Name);
    }
}
