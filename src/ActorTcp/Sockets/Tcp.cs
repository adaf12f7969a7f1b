using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ActorTcp.Native;

namespace ActorTcp.Sockets;

/// <summary>
/// A TCP socket: a listening server, or one end of a connection. The documented Tcp object.
/// </summary>
/// <remarks>
/// <para>The socket is non-blocking always; a synchronous call waits with poll(2). A time-out is in milliseconds: null
/// waits for ever, 0 tries once, a negative one is <see cref="Errno.EINVAL"/>.</para>
/// <para>What the network or the kernel does is never thrown. A call that counts answers minus an <see cref="Errno"/>,
/// others false or null, and <see cref="LastErrno"/> has the reason. A caller's own mistake, such as a null buffer,
/// throws an <see cref="ArgumentException"/> before any system call.</para>
/// <para>An object belongs to one thread or actor at a time; <see cref="Close"/> alone may come from anywhere, and ends
/// what another thread waits for on it with <see cref="Errno.EBADF"/>.</para>
/// </remarks>
public sealed unsafe partial class Tcp : IDisposable
{
    // Added to _uses by Close: makes it negative, whatever the calls that are still under way.
    private const int Closed = int.MinValue;

    private readonly long _owner;
    private int _fd;
    // What an asynchronous connect ended with; the kernel's copy was used up by finding out.
    private Errno _connectError;
    private int _uses;

    private Tcp(int fd, long owner)
    {
        _fd = fd;
        _owner = owner;
    }

    /// <summary>Closes what was never closed.</summary>
    ~Tcp() => Release();

    /// <summary>
    /// The socket's file descriptor, for event detection or for handing it over; -1 after <see cref="Close"/> or
    /// <see cref="FlyAway"/>.
    /// </summary>
    public int SockFd => Volatile.Read(ref _uses) >= 0 ? _fd : -1;

    /// <summary>Why the last failed call of this thread failed: errno, left alone by calls that succeed.</summary>
    public static Errno LastErrno => LastError.Value;

    /// <summary>The C library's text for an error number: the documentation's <c>sys.error(errno)</c>.</summary>
    public static string ErrorText(Errno errno) => Marshal.GetPInvokeErrorMessage((int)errno);

    /// <summary>The text of <see cref="LastErrno"/>: the documentation's <c>sys.error()</c>.</summary>
    public static string ErrorText() => ErrorText(LastErrno);

    /// <summary>
    /// Closes the socket and gives its descriptor back. Harmless when it is closed already. May come from any thread:
    /// what waits on the object there ends with <see cref="Errno.EBADF"/>.
    /// </summary>
    public void Close()
    {
        var before = Interlocked.Or(ref _uses, Closed);
        if (before > 0)
        {
            Interrupt();
        }
        else if (before == 0)
        {
            Release();
        }
    }

    /// <summary>The same as <see cref="Close"/>.</summary>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Gives the descriptor up without closing it: it is whoever's who was told <see cref="SockFd"/> before. The object
    /// cannot be used any more. Harmless when it is closed already.
    /// </summary>
    public void FlyAway()
    {
        if (Interlocked.Or(ref _uses, Closed) < 0)
        {
            return;
        }

        var fd = Interlocked.Exchange(ref _fd, -1);
        _ = DescriptorTable.Disown(fd, _owner);
        GC.SuppressFinalize(this);
    }

    /// <summary>Begins a call. While one is under way the descriptor stays open, so that a Close from elsewhere never makes it use another's. False: closed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Enter()
    {
        if (Interlocked.Increment(ref _uses) > 0)
        {
            return true;
        }

        Leave();
        LastError.Fail(Errno.EBADF);
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Leave()
    {
        if (Interlocked.Decrement(ref _uses) == Closed)
        {
            Release();
        }
    }

    private bool IsClosed => Volatile.Read(ref _uses) < 0;

    /// <summary>Closes the descriptor, once, however many come here.</summary>
    private void Release()
    {
        var fd = Interlocked.Exchange(ref _fd, -1);
        if (fd < 0)
        {
            return;
        }

        GC.SuppressFinalize(this);
        if (DescriptorTable.Disown(fd, _owner))
        {
            _ = Libc.Close(fd);
        }
    }

    /// <summary>Wakes the thread that waits in a call on this object. The last one to leave closes the descriptor.</summary>
    private void Interrupt()
    {
        var fd = Volatile.Read(ref _fd);
        if (fd < 0)
        {
            return;
        }

        Linger linger;
        uint length = (uint)sizeof(Linger);
        var resets = Libc.GetSockOpt(fd, SocketNumbers.LevelSocket, SocketNumbers.SoLinger, &linger, &length) == 0
            && linger is { OnOff: not 0, Seconds: 0 };
        if (resets)
        {
            // A connect to no family is TCP's abort: the reset that lingering for no time asked for.
            SockAddrStorage nowhere = default;
            _ = Libc.Connect(fd, &nowhere, SockAddrStorage.Size);
        }
        else
        {
            _ = Libc.Shutdown(fd, SocketNumbers.ShutdownBoth);
        }
    }
}
