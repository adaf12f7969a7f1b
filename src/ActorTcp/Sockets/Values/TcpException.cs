namespace ActorTcp.Sockets;

/// <summary>
/// The exception of the awaitable calls of <see cref="Tcp"/> and of its stream, when the network or the kernel refuses a call.
/// <see cref="Errno"/> is the reason, and the message has its name and text.
/// </summary>
/// <remarks>
/// The calls that do not await do not throw it: they return a count or null and set <see cref="Tcp.LastErrno"/>. That
/// value belongs to a thread, and an await may continue on another one; so the awaitable calls throw.
/// </remarks>
public sealed class TcpException : IOException
{
    /// <summary>Makes an exception for a call that failed.</summary>
    /// <param name="call">The name of the call, for the message.</param>
    /// <param name="errno">The reason.</param>
    public TcpException(string call, Errno errno)
        : base($"{call} failed: {errno} ({Marshal.GetPInvokeErrorMessage((int)errno)})")
    {
        Errno = errno;
    }

    /// <summary>The reason, with the host's number.</summary>
    public Errno Errno { get; }
}
