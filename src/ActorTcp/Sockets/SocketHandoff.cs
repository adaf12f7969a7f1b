using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <summary>
/// The token of a detached socket, for a message to another thread or actor. It owns the descriptor until <see cref="Take"/>. It closes the descriptor if it
/// is disposed or collected first, so a message that is never received leaks nothing. <see cref="Tcp.Detach"/> creates it. Can be used from any thread.
/// </summary>
public sealed class SocketHandoff : IDisposable
{
    private Tcp? _tcp;

    internal SocketHandoff(Tcp tcp) => _tcp = tcp;

    /// <summary>Whether the socket has not been taken or closed yet.</summary>
    public bool IsPending => Volatile.Read(ref _tcp) is not null;

    /// <summary>
    /// Takes the socket. The first caller receives and owns it.
    /// </summary>
    /// <returns>
    /// The object, with the options and further ports of the detached one; null with <see cref="Errno.EBADF"/> if it was taken or closed before.
    /// </returns>
    public Tcp? Take() => Interlocked.Exchange(ref _tcp, null) ?? LastError.Null<Tcp>(Errno.EBADF);

    /// <summary>Returns the socket after <see cref="Take"/>. It is pending again.</summary>
    internal void Return(Tcp tcp)
    {
        if (Interlocked.CompareExchange(ref _tcp, tcp, null) is not null)
        {
            throw new InvalidOperationException("The socket was not taken, or was already returned.");
        }
    }

    /// <summary>Closes the socket, unless it was taken.</summary>
    public void Dispose() => Interlocked.Exchange(ref _tcp, null)?.Close();
}
