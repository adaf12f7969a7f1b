using ActorTcp.Native;
using ActorTcp.Polling;
using ActorTcp.Sockets;

namespace ActorTcp.Tests.Support;

/// <summary>Makes one system call of the poll loops fail: the n-th since it was armed, with one of the errors that such a call can have.</summary>
internal sealed class NthCallFails : ISystemCallFaults
{
    private long _count;
    private long _nth = long.MaxValue;
    private int _kind;

    /// <summary>
    /// Whether a send may be told EAGAIN though there is room. A connection waits for the writability that comes behind it, and is told of it where it
    /// asks for the first time; later on there is a change to be told of only where there really was no room.
    /// </summary>
    public bool MayBlock { get; init; } = true;

    /// <summary>What failed, and how; null: nothing yet.</summary>
    public (SystemCall Call, Errno Errno)? Fired { get; private set; }

    /// <summary>How many ways to fail the call that was hit has.</summary>
    public int Kinds { get; private set; }

    /// <summary>How many calls there were since it was armed.</summary>
    public long Count => Volatile.Read(ref _count);

    public void Arm(long nth, int kind)
    {
        Fired = null;
        Kinds = 0;
        _kind = kind;
        Volatile.Write(ref _count, 0);
        Volatile.Write(ref _nth, nth);
    }

    public void Disarm() => Volatile.Write(ref _nth, long.MaxValue);

    public int ErrnoOf(SystemCall call)
    {
        if (PollLoop.Current is null || Interlocked.Increment(ref _count) != Volatile.Read(ref _nth))
        {
            return 0;
        }

        var errors = ErrorsOf(call);
        Kinds = errors.Length - (call == SystemCall.Send && !MayBlock ? 1 : 0);
        if (_kind >= Kinds)
        {
            return 0;
        }

        Fired = (call, errors[_kind]);
        return (int)errors[_kind];
    }

    private static Errno[] ErrorsOf(SystemCall call) => call switch
    {
        SystemCall.Socket => [Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM],
        SystemCall.Connect => [Errno.ENETUNREACH, Errno.EADDRNOTAVAIL, Errno.ETIMEDOUT, Errno.ENOBUFS],
        SystemCall.Accept =>
            [Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM, Errno.ECONNABORTED, Errno.EPROTO, Errno.EPERM, Errno.EINTR, Errno.EAGAIN],
        // No EAGAIN: the kernel says so only where it will tell of what comes, and a loop relies on that.
        SystemCall.Receive => [Errno.ECONNRESET, Errno.ENOMEM, Errno.EINTR],
        SystemCall.Send => [Errno.ECONNRESET, Errno.EPIPE, Errno.ENOBUFS, Errno.ENOMEM, Errno.EINTR, Errno.EAGAIN],
        SystemCall.Shutdown => [Errno.ENOTCONN],
        SystemCall.EpollAdd => [Errno.ENOMEM, Errno.ENOSPC],
        SystemCall.EpollModify => [Errno.ENOMEM],
        _ => [Errno.ENOBUFS],
    };
}
