using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <summary>
/// A detached socket on its way from one thread or actor to another. It owns the descriptor until <see cref="Take"/>, and closes it
/// if it is disposed or collected first. So a message that is never received leaks nothing. Made by
/// <see cref="Tcp.Detach"/>. Usable from any thread.
/// </summary>
public sealed class SocketHandoff : IDisposable
{
    private Tcp? _tcp;

    internal SocketHandoff(Tcp tcp) => _tcp = tcp;

    /// <summary>Whether the socket has not been taken or closed yet.</summary>
    public bool IsPending => Volatile.Read(ref _tcp) is not null;

    /// <summary>
    /// Takes the socket. The first caller receives it, owns it, and closes it.
    /// </summary>
    /// <returns>The object, with everything that its sender had set; null with <see cref="Errno.EBADF"/> if it was taken or closed before.</returns>
    public Tcp? Take() => Interlocked.Exchange(ref _tcp, null) ?? LastError.Null<Tcp>(Errno.EBADF);

    /// <summary>Returns the socket after <see cref="Take"/>. It is pending again.</summary>
    internal void Return(Tcp tcp)
    {
        if (Interlocked.CompareExchange(ref _tcp, tcp, null) is not null)
        {
            throw new InvalidOperationException("A socket is returned once after it was taken.");
        }
    }

    /// <summary>Closes the socket, unless it was taken.</summary>
    public void Dispose() => Interlocked.Exchange(ref _tcp, null)?.Close();
}
