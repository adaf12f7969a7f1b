namespace ActorTcp.Sockets;

/// <summary>What an <see cref="IoEvent"/> waits for.</summary>
public enum IoMethod
{
    /// <summary>The descriptor can be read: it has bytes, the end of the stream, or an error.</summary>
    Read = 1,
    /// <summary>A connection is in the backlog. For the kernel the same as <see cref="Read"/>.</summary>
    Accept = Read,
    /// <summary>The descriptor can be written to.</summary>
    Write = 2,
    /// <summary>A connect has succeeded or failed. For the kernel the same as <see cref="Write"/>.</summary>
    Connect = Write,
    /// <summary>Something exceptional: urgent data, an error, or a hang-up.</summary>
    Except = 4,
}
