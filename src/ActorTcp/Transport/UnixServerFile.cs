using ActorTcp.Sockets;

namespace ActorTcp.Transport;

/// <summary>The file of a Unix server socket, from the bind until the listener removes it.</summary>
internal sealed class UnixServerFile
{
    private static readonly Lock Gate = new();

    private readonly string _path;
    private readonly FileIdentity _identity;

    private UnixServerFile(string path, FileIdentity identity)
    {
        _path = path;
        _identity = identity;
    }

    /// <summary>Opens a server socket at a path. The file of a server that is gone is removed first.</summary>
    /// <remarks>
    /// A socket that was bound and does not listen yet looks like one of a server that is gone. So two servers that use this library never do
    /// this at the same time in one directory: the gate is for the listeners of this process, the lock of the directory for other processes.
    /// Without the lock no file is removed.
    /// </remarks>
    /// <param name="address">The address: a path.</param>
    /// <param name="backlog">The backlog.</param>
    /// <param name="options">The options that are set before the bind.</param>
    /// <param name="file">The file; null on failure.</param>
    /// <returns>The server; null with the errno in <see cref="Tcp.LastErrno"/>.</returns>
    public static Tcp? Open(SockAddr address, int backlog, ListenOptions options, out UnixServerFile? file)
    {
        var path = address.UnixPath!;
        file = null;
        lock (Gate)
        {
            var directory = SocketFile.LockDirectory(path);
            try
            {
                var server = Tcp.OpenServer(address, backlog, options, out _);
                if (server is null && Tcp.LastErrno == Errno.EADDRINUSE && directory >= 0 && TryRemoveStale(address, path))
                {
                    server = Tcp.OpenServer(address, backlog, options, out _);
                }

                file = server is not null && SocketFile.IdentityOf(path) is { } identity ? new UnixServerFile(path, identity) : null;
                return server;
            }
            finally
            {
                SocketFile.Unlock(directory);
            }
        }
    }

    /// <summary>
    /// Removes the file, unless another one has its path by now. The socket must still be open: it keeps the inode, whose number no other file can
    /// have before.
    /// </summary>
    public void Remove()
    {
        if (SocketFile.IdentityOf(_path) == _identity)
        {
            _ = SocketFile.Unlink(_path);
        }
    }

    /// <summary>
    /// Removes a socket's file that refuses connects. True if it is gone. A file that is not a socket, and a socket of a live server, stay: a full
    /// backlog, a missing permission or another type of socket answers with another error than ECONNREFUSED.
    /// </summary>
    private static bool TryRemoveStale(SockAddr address, string path)
    {
        var found = SocketFile.IdentityOf(path);
        if (found is null)
        {
            return false;
        }

        var probe = Tcp.BeginClient(address, null, out var errno);
        probe?.Close();
        return errno == Errno.ECONNREFUSED && SocketFile.IdentityOf(path) == found && SocketFile.Unlink(path) == Errno.None;
    }
}
