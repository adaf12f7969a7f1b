namespace ActorTcp.Interop;

/// <summary>The calls that tests can make fail. If no test does, the compiler sees a constant null, and only the bare call is left.</summary>
internal static unsafe partial class Libc
{
    private const int CtlAdd = 1;
    private const int CtlModify = 3;

    private static readonly ISystemCallFaults? Faults = AppContext.GetData(ISystemCallFaults.Key) as ISystemCallFaults;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Socket(int domain, int type, int protocol) =>
        Fails(SystemCall.Socket) ? -1 : BareSocket(domain, type, protocol);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Connect(int fd, void* address, uint length) =>
        Fails(SystemCall.Connect) ? -1 : BareConnect(fd, address, length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Accept4(int fd, void* address, uint* length, int flags) =>
        Fails(SystemCall.Accept) ? -1 : BareAccept4(fd, address, length, flags);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nint Recv(int fd, void* buffer, nuint length, int flags) =>
        Fails(SystemCall.Receive) ? -1 : BareRecv(fd, buffer, length, flags);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nint Send(int fd, void* buffer, nuint length, int flags) =>
        Fails(SystemCall.Send) ? -1 : BareSend(fd, buffer, length, flags);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nint SendMsg(int fd, MsgHdr* message, int flags) =>
        Fails(SystemCall.Send) ? -1 : BareSendMsg(fd, message, flags);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Shutdown(int fd, int how) =>
        Fails(SystemCall.Shutdown) ? -1 : BareShutdown(fd, how);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int GetSockName(int fd, void* address, uint* length) =>
        Fails(SystemCall.GetSockName) ? -1 : BareGetSockName(fd, address, length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int GetSockOpt(int fd, int level, int name, void* value, uint* length) =>
        Fails(SystemCall.GetSockOpt) ? -1 : BareGetSockOpt(fd, level, name, value, length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int SetSockOpt(int fd, int level, int name, void* value, uint length) =>
        Fails(SystemCall.SetSockOpt) ? -1 : BareSetSockOpt(fd, level, name, value, length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int EpollCtl(int epfd, int op, int fd, void* epollEvent) =>
        (op == CtlAdd && Fails(SystemCall.EpollAdd)) || (op == CtlModify && Fails(SystemCall.EpollModify))
            ? -1
            : BareEpollCtl(epfd, op, fd, epollEvent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int EpollWait(int epfd, void* events, int maxEvents, int timeoutMilliseconds) =>
        Fails(SystemCall.EpollWait) ? -1 : BareEpollWait(epfd, events, maxEvents, timeoutMilliseconds);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Close(int fd) => Faults is null ? BareClose(fd) : CloseAndFail(fd);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Fails(SystemCall call) => Faults is not null && FailsOnPurpose(call);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool FailsOnPurpose(SystemCall call)
    {
        var errno = Faults!.ErrnoOf(call);
        if (errno != 0)
        {
            Marshal.SetLastSystemError(errno);
        }

        return errno != 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int CloseAndFail(int fd)
    {
        var errno = Faults!.ErrnoOfClose(BareClose(fd) == 0 ? 0 : LastErrno);
        if (errno == 0)
        {
            return 0;
        }

        Marshal.SetLastSystemError(errno);
        return -1;
    }
}

/// <summary>
/// Makes system calls fail in tests. A test sets it as <see cref="Key"/> with <see cref="AppContext.SetData"/> before the first call.
/// A call that is to fail is not made, except close.
/// </summary>
internal interface ISystemCallFaults
{
    const string Key = "ActorTcp.SystemCallFaults";

    /// <summary>The errno with which a call is to fail; 0 makes the call. On the calling thread.</summary>
    int ErrnoOf(SystemCall call);

    /// <summary>
    /// The errno that a close is to return. It was made before: also a close that fails has released the descriptor (close(2)).
    /// </summary>
    /// <param name="errno">The errno that it really returned; 0 if it succeeded.</param>
    int ErrnoOfClose(int errno);
}

/// <summary>The calls that a test can make fail (<see cref="ISystemCallFaults"/>).</summary>
internal enum SystemCall
{
    Socket,
    Connect,
    Accept,
    Receive,
    Send,
    Shutdown,
    GetSockName,
    GetSockOpt,
    SetSockOpt,
    EpollAdd,
    EpollModify,
    EpollWait,
    Close,
}
