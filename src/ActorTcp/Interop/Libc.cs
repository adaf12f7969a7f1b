namespace ActorTcp.Interop;

/// <summary>
/// The libc calls that this library makes, as in the man pages: -1 (or null) and errno on failure.
/// None of them marshals anything, so <see cref="LastErrno"/> directly after a call is that call's errno.
/// </summary>
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    /// <summary>The errno of the failed call directly before. The runtime keeps it across its own transition.</summary>
    internal static int LastErrno => Marshal.GetLastSystemError();

    [LibraryImport(Library, EntryPoint = "close")]
    private static partial int BareClose(int fd);

    [LibraryImport(Library, EntryPoint = "read")]
    internal static partial nint Read(int fd, void* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "write")]
    internal static partial nint Write(int fd, void* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "open")]
    internal static partial int Open(byte* path, int flags, int mode);

    [LibraryImport(Library, EntryPoint = "unlink")]
    internal static partial int Unlink(byte* path);

    [LibraryImport(Library, EntryPoint = "chmod")]
    internal static partial int Chmod(byte* path, uint mode);

    [LibraryImport(Library, EntryPoint = "flock")]
    internal static partial int Flock(int fd, int operation);

    [LibraryImport(Library, EntryPoint = "statx")]
    internal static partial int Statx(int directory, byte* path, int flags, uint mask, void* status);

    [LibraryImport(Library, EntryPoint = "epoll_create1")]
    internal static partial int EpollCreate1(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl")]
    private static partial int BareEpollCtl(int epfd, int op, int fd, void* epollEvent);

    [LibraryImport(Library, EntryPoint = "epoll_wait")]
    private static partial int BareEpollWait(int epfd, void* events, int maxEvents, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "eventfd")]
    internal static partial int EventFd(uint initialValue, int flags);

    [LibraryImport(Library, EntryPoint = "recv")]
    private static partial nint BareRecv(int fd, void* buffer, nuint length, int flags);

    [LibraryImport(Library, EntryPoint = "send")]
    private static partial nint BareSend(int fd, void* buffer, nuint length, int flags);

    [LibraryImport(Library, EntryPoint = "sendmsg")]
    private static partial nint BareSendMsg(int fd, MsgHdr* message, int flags);
}
