namespace ActorTcp.Sockets;

/// <summary>
/// The exception of the awaitable calls of <see cref="Tcp"/>, of its stream, and of inherited sockets. <see cref="Errno"/> is the error of the network or the kernel. The message has
/// the call, the name of the error and its text.
/// </summary>
/// <remarks>
/// The calls that do not await return a count or null, and set <see cref="Tcp.LastErrno"/>. That value belongs to a thread, and an await may continue on
/// another thread. So the awaitable calls throw.
/// </remarks>
public sealed class TcpException : IOException
{
    /// <summary>Creates an exception for a call that failed.</summary>
    /// <param name="call">The name of the call, for the message.</param>
    /// <param name="errno">The reason.</param>
    public TcpException(string call, Errno errno)
        : base($"{call} failed: {errno} ({Marshal.GetPInvokeErrorMessage((int)errno)})")
    {
        Errno = errno;
    }

    internal TcpException(Errno errno, string message)
        : base(message)
    {
        Errno = errno;
    }

    /// <summary>The reason.</summary>
    public Errno Errno { get; }
}
