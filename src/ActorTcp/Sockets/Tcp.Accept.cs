using ActorTcp.EventLoop;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <content>Accepting connections.</content>
public sealed unsafe partial class Tcp
{
    /// <summary>
    /// Accepts the first connection in the backlog, or waits for one. A connection that was reset in the backlog is skipped. <c>Accept(null)</c> is another
    /// overload, which removes the callback (<see cref="Accept(Action{Tcp, SockAddr})"/>).
    /// </summary>
    /// <inheritdoc cref="Accept(out SockAddr?, TimeSpan?)"/>
    [OverloadResolutionPriority(-1)]
    public Tcp? Accept(TimeSpan? timeout = null) => Accept(out _, timeout);

    /// <summary>
    /// Accepts the first connection in the backlog, or waits for one. A connection that was reset in the backlog is skipped.
    /// </summary>
    /// <param name="remote">The peer's address. For an IPv4 client of an IPv6 server it is the IPv4 address, not <c>::ffff:1.2.3.4</c>.</param>
    /// <param name="timeout">The maximum time to wait; null waits without a limit, zero does not wait. Defaults to null.</param>
    /// <returns>
    /// The connection; null with <see cref="Errno.EAGAIN"/> if the time is over, with <see cref="Errno.EMFILE"/> or <see cref="Errno.ENFILE"/> if no
    /// descriptor is free, with <see cref="Errno.EINVAL"/> if the socket does not listen or the time-out is negative, or with
    /// <see cref="Errno.EALREADY"/> while a callback accepts the connections.
    /// </returns>
    public Tcp? Accept(out SockAddr? remote, TimeSpan? timeout = null)
    {
        remote = null;
        if (!Enter())
        {
            return null;
        }

        var errno = timeout < TimeSpan.Zero ? Errno.EINVAL : _accepting is { IsArmed: true } ? Errno.EALREADY : Errno.None;
        Tcp? accepted = null;
        var deadline = Deadline.After(timeout);
        while (errno == Errno.None)
        {
            accepted = TryAccept(out remote, out errno);
            if (errno == Errno.EAGAIN)
            {
                errno = Wait(PollFd.In, deadline);
            }
            else if (accepted is not null)
            {
                break;
            }
        }

        Leave();
        return accepted ?? LastError.Null<Tcp>(errno);
    }

    /// <summary>
    /// Accepts a connection without a wait: accept4(2). For the thread that owns the object, while no other thread
    /// closes it.
    /// </summary>
    internal Tcp? TryAccept(out SockAddr? remote, out Errno errno)
    {
        remote = null;
        SockAddrStorage storage;
        while (true)
        {
            var ports = _ports;
            var listener = ports is null ? _fd : ports.NextReady(_fd);
            if (listener < 0)
            {
                errno = ports is null ? Errno.EAGAIN : (Errno)(-listener);
                return null;
            }

            uint length = SockAddrStorage.Size;
            var fd = Libc.Accept4(listener, &storage, &length, SocketNumbers.TypeNonBlocking | SocketNumbers.TypeCloseOnExec);
            if (fd >= 0)
            {
                errno = Errno.None;
                remote = Sockets.SockAddr.FromStorage(storage, length)?.Unmap();
                return FromNew(fd, remote);
            }

            errno = LastError.OfLibc;
            // The connection of one port may be gone while other ports have one.
            if (!IsOfTheConnection(errno) && !(errno == Errno.EAGAIN && ports is not null))
            {
                GC.KeepAlive(this);
                return null;
            }
        }
    }

    /// <summary>Whether an error belongs to the connection that was being accepted (accept(2)), and not to the listener. The next accept may succeed.</summary>
    private static bool IsOfTheConnection(Errno errno)
        => errno is Errno.ECONNABORTED or Errno.EINTR or Errno.EPROTO or Errno.ENOPROTOOPT
            or Errno.ENETDOWN or Errno.ENETUNREACH or Errno.EHOSTDOWN or Errno.EHOSTUNREACH or Errno.ENONET;
}
