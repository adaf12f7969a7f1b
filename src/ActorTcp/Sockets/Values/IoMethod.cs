namespace ActorTcp.Sockets;

/// <summary>What an <see cref="IoEvent"/> waits for.</summary>
public enum IoMethod
{
    /// <summary>The descriptor can be read: bytes, the end of the stream, or an error are there.</summary>
    Read = 1,
    /// <summary>A connection waits to be accepted: for the kernel the same as <see cref="Read"/>.</summary>
    Accept = Read,
    /// <summary>The descriptor can be written to.</summary>
    Write = 2,
    /// <summary>A connect has ended, well or not: for the kernel the same as <see cref="Write"/>.</summary>
    Connect = Write,
    /// <summary>Something exceptional: urgent data, an error, or a hang-up.</summary>
    Except = 4,
}
