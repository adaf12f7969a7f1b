using System.Runtime.InteropServices;

namespace ActorTcp.Native;

/// <summary>The socket calls of libc. fcntl and ioctl are variadic in C; on Linux their arguments travel like fixed ones.</summary>
internal static unsafe partial class Libc
{
    [LibraryImport(Library, EntryPoint = "socket")]
    internal static partial int Socket(int domain, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "bind")]
    internal static partial int Bind(int fd, void* address, uint length);

    [LibraryImport(Library, EntryPoint = "listen")]
    internal static partial int Listen(int fd, int backlog);

    [LibraryImport(Library, EntryPoint = "accept4")]
    internal static partial int Accept4(int fd, void* address, uint* length, int flags);

    [LibraryImport(Library, EntryPoint = "connect")]
    internal static partial int Connect(int fd, void* address, uint length);

    [LibraryImport(Library, EntryPoint = "shutdown")]
    internal static partial int Shutdown(int fd, int how);

    [LibraryImport(Library, EntryPoint = "getsockname")]
    internal static partial int GetSockName(int fd, void* address, uint* length);

    [LibraryImport(Library, EntryPoint = "getpeername")]
    internal static partial int GetPeerName(int fd, void* address, uint* length);

    [LibraryImport(Library, EntryPoint = "getsockopt")]
    internal static partial int GetSockOpt(int fd, int level, int name, void* value, uint* length);

    [LibraryImport(Library, EntryPoint = "setsockopt")]
    internal static partial int SetSockOpt(int fd, int level, int name, void* value, uint length);

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
