using ActorTcp.EventLoop;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <content>Taking connections.</content>
public sealed unsafe partial class Tcp
{
    /// <summary>As <see cref="Accept(out SockAddr?, TimeSpan?)"/>, without the address. <c>Accept(null)</c> is not this call: it takes the callback away (<see cref="Accept(Action{Tcp, SockAddr})"/>).</summary>
    [OverloadResolutionPriority(-1)]
    public Tcp? Accept(TimeSpan? timeout = null) => Accept(out _, timeout);

    /// <summary>
    /// Takes the first connection that waits, or waits for one. A connection that was reset in the queue is passed over.
    /// </summary>
    /// <param name="remote">Where the connection comes from; of an IPv4 client of an IPv6 server the IPv4 address, not <c>::ffff:1.2.3.4</c>.</param>
    /// <param name="timeout">How long to wait at most; null: for ever, zero: not at all.</param>
    /// <returns>The connection; null with <see cref="Errno.EAGAIN"/> when the time ran out, <see cref="Errno.EMFILE"/> or <see cref="Errno.ENFILE"/> when there is no descriptor left, <see cref="Errno.EINVAL"/> where the socket does not listen, <see cref="Errno.EALREADY"/> while a callback takes the connections.</returns>
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
    /// Takes a connection where one waits: accept4(2) and no wait. For the thread that owns the object, with nobody
    /// closing it at the same time.
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
                remote = Sockets.SockAddr.FromStorage(storage)?.Unmap();
                return FromNew(fd, remote);
            }

            errno = LastError.OfLibc;
            // One port's connection may be gone while others have one.
            if (!IsOfTheConnection(errno) && !(errno == Errno.EAGAIN && ports is not null))
            {
                GC.KeepAlive(this);
                return null;
            }
        }
    }

    /// <summary>Errors of the connection that was about to be accepted and is gone now (accept(2)), not of the listener: the next one may be well.</summary>
    private static bool IsOfTheConnection(Errno errno)
        => errno is Errno.ECONNABORTED or Errno.EINTR or Errno.EPROTO or Errno.ENOPROTOOPT
            or Errno.ENETDOWN or Errno.ENETUNREACH or Errno.EHOSTDOWN or Errno.EHOSTUNREACH or Errno.ENONET;
}

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

/// <summary>An asynchronous call that waits for its socket. Called on the dispatcher's thread.</summary>
internal abstract class SocketWait(Tcp tcp, IReadiness dispatcher)
{
    /// <summary>Held, so that an object that something waits on is not collected.</summary>
    public Tcp Tcp { get; } = tcp;

    public IReadiness Dispatcher { get; } = dispatcher;

    /// <summary>The dispatcher's note of it while it is armed; the dispatcher's alone.</summary>
    public object? Registration { get; set; }

    /// <summary>Whether it waits until the socket can be written to, not until it can be read.</summary>
    public abstract bool Writes { get; }

    /// <summary>The socket is ready. How many of the user's callbacks were run, and what they threw comes out.</summary>
    public abstract int OnReady();

    /// <summary>The time of <see cref="IReadiness.CallLater"/> has come. Answers as <see cref="OnReady"/>.</summary>
    public abstract int OnDeadline();
}
