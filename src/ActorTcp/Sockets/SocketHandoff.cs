using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <summary>
/// A socket on its way from one thread or actor to another. It owns the descriptor until somebody takes it, and closes it
/// when it is disposed or collected without that: a message that is never received leaks nothing. Made by
/// <see cref="Tcp.Detach"/>. Usable from any thread.
/// </summary>
public sealed class SocketHandoff : IDisposable
{
    private Tcp? _tcp;

    internal SocketHandoff(Tcp tcp) => _tcp = tcp;

    /// <summary>Whether the socket is still to be taken.</summary>
    public bool IsPending => Volatile.Read(ref _tcp) is not null;

    /// <summary>
    /// Takes the socket; the first caller gets it. Whoever takes it owns it, and closes it.
    /// </summary>
    /// <returns>The object, with everything that the sender had set; null with <see cref="Errno.EBADF"/> where it was taken already, or dropped.</returns>
    public Tcp? Take() => Interlocked.Exchange(ref _tcp, null) ?? LastError.Null<Tcp>(Errno.EBADF);

    /// <summary>Returns the socket after <see cref="Take"/>: it is pending again.</summary>
    internal void Return(Tcp tcp)
    {
        if (Interlocked.CompareExchange(ref _tcp, tcp, null) is not null)
        {
            throw new InvalidOperationException("A socket is returned once after it was taken.");
        }
    }

    /// <summary>Drops the socket: closes it, unless somebody has taken it.</summary>
    public void Dispose() => Interlocked.Exchange(ref _tcp, null)?.Close();
}
