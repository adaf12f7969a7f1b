namespace ActorTcp.Interop;

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

/// <summary>struct iovec: one piece of a gathering send.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVec
{
    public void* Base;
    public nuint Length;
}

/// <summary>struct msghdr of sendmsg(2), in the kernel's layout of 64-bit Linux (glibc's; musl's padded fields read the same on little-endian).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MsgHdr
{
    public void* Name;
    public uint NameLength;
    public IoVec* Vectors;
    public nuint VectorCount;
    public void* Control;
    public nuint ControlLength;
    public int Flags;
}

/// <summary>struct linger of SO_LINGER.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Linger
{
    public int OnOff;
    public int Seconds;
}

/// <summary>struct ucred of SO_PEERCRED.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct UserCredentials
{
    public int ProcessId;
    public uint UserId;
    public uint GroupId;
}

/// <summary>struct pollfd of poll(2), with its event bits.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollFd
{
    public const short In = 0x001;
    public const short Pri = 0x002;
    public const short Out = 0x004;
    public const short Err = 0x008;
    public const short Hup = 0x010;
    public const short Invalid = 0x020;

    public int Fd;
    public short Events;
    public short Returned;
}
