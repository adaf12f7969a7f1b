namespace ActorTcp.Sockets;

/// <summary>What a server socket is given before it is bound, because it has no effect later, or another one.</summary>
internal sealed record ListenOptions
{
    /// <summary>SO_REUSEADDR alone, as <see cref="Tcp.CreateServer"/> promises.</summary>
    public static readonly ListenOptions Default = new();

    /// <summary>The network interface to bind to; null or empty: all.</summary>
    public string? Device { get; init; }

    /// <summary>Whether the address can be bound while old connections of it linger (SO_REUSEADDR).</summary>
    public bool ReuseAddress { get; init; } = true;

    /// <summary>Whether an IPv6 socket refuses IPv4; null: as the system's default has it. Without effect on IPv4.</summary>
    public bool? IPv6Only { get; init; }

    /// <summary>The receive buffer's size in bytes; 0: the kernel's own. TCP's window scale is agreed on by it when a client connects.</summary>
    public int RecvBufferSize { get; init; }

    /// <summary>The send buffer's size in bytes; 0: the kernel's own.</summary>
    public int SendBufferSize { get; init; }
}
