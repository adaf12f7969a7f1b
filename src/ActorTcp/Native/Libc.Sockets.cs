namespace ActorTcp.Native;

/// <summary>The socket calls of libc. fcntl and ioctl are variadic in C; on Linux their arguments travel like fixed ones.</summary>
internal static unsafe partial class Libc
{
    [LibraryImport(Library, EntryPoint = "socket")]
    private static partial int BareSocket(int domain, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "bind")]
    internal static partial int Bind(int fd, void* address, uint length);

    [LibraryImport(Library, EntryPoint = "listen")]
    internal static partial int Listen(int fd, int backlog);

    [LibraryImport(Library, EntryPoint = "accept4")]
    private static partial int BareAccept4(int fd, void* address, uint* length, int flags);

    [LibraryImport(Library, EntryPoint = "connect")]
    private static partial int BareConnect(int fd, void* address, uint length);

    [LibraryImport(Library, EntryPoint = "shutdown")]
    private static partial int BareShutdown(int fd, int how);

    [LibraryImport(Library, EntryPoint = "getsockname")]
    private static partial int BareGetSockName(int fd, void* address, uint* length);

    [LibraryImport(Library, EntryPoint = "getpeername")]
    internal static partial int GetPeerName(int fd, void* address, uint* length);

    [LibraryImport(Library, EntryPoint = "getsockopt")]
    private static partial int BareGetSockOpt(int fd, int level, int name, void* value, uint* length);

    [LibraryImport(Library, EntryPoint = "setsockopt")]
    private static partial int BareSetSockOpt(int fd, int level, int name, void* value, uint length);

    [LibraryImport(Library, EntryPoint = "ioctl")]
    internal static partial int Ioctl(int fd, nuint request, void* argument);

    [LibraryImport(Library, EntryPoint = "fcntl")]
    internal static partial int Fcntl(int fd, int command, nint argument);

    [LibraryImport(Library, EntryPoint = "dup3")]
    internal static partial int Dup3(int from, int to, int flags);

    [LibraryImport(Library, EntryPoint = "poll")]
    internal static partial int Poll(PollFd* descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "if_nametoindex")]
    internal static partial uint IfNameToIndex(byte* name);
}
