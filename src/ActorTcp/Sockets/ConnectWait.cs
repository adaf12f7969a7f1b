namespace ActorTcp.Sockets;

/// <summary>A connect with a callback: runs it once, however the connect ends.</summary>
internal sealed class ConnectWait(Tcp tcp, IReadiness dispatcher, SockAddr remote, Action<Tcp, SockAddr?> callback) : SocketWait(tcp, dispatcher)
{
    public override bool Writes => true;

    /// <summary>What connect(2) itself failed with; told by the callback like any other failure.</summary>
    public Errno AtOnce { get; init; }

    public override int OnReady()
    {
        // A socket that never began to connect is ready at once: it has hung up.
        var errno = AtOnce != Errno.None ? AtOnce : Tcp.ConnectResult(remote);
        return errno == Errno.EINPROGRESS ? 0 : Finish(errno);
    }

    public override int OnDeadline()
    {
        Tcp.AbortConnect();
        return Finish(Errno.ETIMEDOUT);
    }

    private int Finish(Errno errno)
    {
        Dispatcher.Disarm(this);
        if (Tcp.SockFd < 0)
        {
            return 0;
        }

        if (errno != Errno.None)
        {
            Tcp.NoteConnectError(errno);
            LastError.Fail(errno);
        }

        callback(Tcp, errno == Errno.None ? remote : null);
        return 1;
    }
}
