namespace ActorTcp.Sockets;

/// <summary>An accept with a callback: takes connections as they come, until it is ended.</summary>
internal sealed class AcceptWait(Tcp tcp, IReadiness dispatcher, Action<Tcp, SockAddr> callback) : SocketWait(tcp, dispatcher)
{
    /// <summary>As many connections in one turn: what waits on other descriptors is to have its turn as well.</summary>
    private const int ConnectionsPerTurn = 64;

    /// <summary>How long no connection is taken when the system is out of descriptors or memory for it.</summary>
    private static readonly TimeSpan PauseTime = TimeSpan.FromMilliseconds(100);

    private bool _ended;

    public Action<Tcp, SockAddr> Callback { get; set; } = callback;

    public override bool Writes => false;

    public override int OnReady()
    {
        for (var taken = 0; taken < ConnectionsPerTurn; taken++)
        {
            // The callback may have ended this, or closed the listener.
            if (_ended)
            {
                return taken;
            }

            if (Tcp.AcceptGuarded(out var remote, out var errno) is { } accepted)
            {
                Callback(accepted, remote!);
                continue;
            }

            switch (errno)
            {
                case Errno.EAGAIN:
                case Errno.EBADF when Tcp.SockFd < 0:
                    return taken;
                case Errno.EMFILE or Errno.ENFILE or Errno.ENOBUFS or Errno.ENOMEM:
                    // The connection stays in the backlog and the listener readable: without a pause this would spin.
                    Dispatcher.Pause(this, true);
                    Dispatcher.CallLater(this, PauseTime);
                    return taken;
                default:
                    End();
                    throw new IOException($"accept ended: {errno} ({Tcp.ErrorText(errno)})");
            }
        }

        return ConnectionsPerTurn;
    }

    public override int OnDeadline()
    {
        Dispatcher.Pause(this, false);
        return 0;
    }

    public bool IsArmed => !_ended && Dispatcher.IsArmed(this);

    public void End()
    {
        _ended = true;
        Dispatcher.Disarm(this);
    }
}
