namespace ActorTcp.Tests.Support;

/// <summary>Functions of libc that only tests call. Each returns -1 and sets errno on failure.</summary>
internal static unsafe partial class TestLibc
{
    public const int CloneNewNet = 0x40000000;
    public const int SigUsr1 = 10;
    private const string Library = "libc";
    private const int ResourceDescriptors = 7;

    [LibraryImport(Library, EntryPoint = "unshare", SetLastError = true)]
    internal static partial int Unshare(int flags);

    [LibraryImport(Library, EntryPoint = "gettid")]
    internal static partial int GetTid();

    [LibraryImport(Library, EntryPoint = "getpid")]
    internal static partial int GetPid();

    [LibraryImport(Library, EntryPoint = "tgkill")]
    internal static partial int TgKill(int process, int thread, int signal);

    [LibraryImport(Library, EntryPoint = "dup")]
    internal static partial int Dup(int fd);

    [LibraryImport(Library, EntryPoint = "dup2")]
    internal static partial int Dup2(int from, int to);

    [LibraryImport(Library, EntryPoint = "pipe")]
    internal static partial int Pipe(int* ends);

    /// <summary>Sets the soft limit of this process's descriptors, and leaves the hard one.</summary>
    public static void LimitDescriptors(ulong limit)
    {
        var limits = stackalloc ulong[2];
        Assert.Equal(0, GetRLimit(ResourceDescriptors, limits));
        limits[0] = limit;
        Assert.Equal(0, SetRLimit(ResourceDescriptors, limits));
    }

    /// <summary>Drops every capability of the calling thread.</summary>
    public static void DropRights()
    {
        const nint capsetNumberX64 = 126;
        const nint capsetNumberArm64 = 91;
        const uint version3 = 0x20080522;
        var header = stackalloc uint[2] { version3, 0 };
        var none = stackalloc uint[6];
        new Span<uint>(none, 6).Clear();
        var number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? capsetNumberX64 : capsetNumberArm64;
        Assert.Equal(0, Syscall(number, header, none));
    }

    /// <summary>Sets the loopback of the calling thread's network up.</summary>
    public static void RaiseLoopback()
    {
        const nuint setInterfaceFlags = 0x8914;
        const short up = 1;
        var request = stackalloc byte[40];
        new Span<byte>(request, 40).Clear();
        "lo"u8.CopyTo(new Span<byte>(request, 16));
        *(short*)(request + 16) = up;
        var fd = Socket(2, 2, 0);
        Assert.True(fd >= 0);
        Assert.Equal(0, Ioctl(fd, setInterfaceFlags, request));
        Assert.Equal(0, Close(fd));
    }

    [LibraryImport(Library, EntryPoint = "socket")]
    internal static partial int Socket(int domain, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "close")]
    internal static partial int Close(int fd);

    [LibraryImport(Library, EntryPoint = "ioctl")]
    private static partial int Ioctl(int fd, nuint request, void* argument);

    [LibraryImport(Library, EntryPoint = "getrlimit")]
    private static partial int GetRLimit(int resource, ulong* limits);

    [LibraryImport(Library, EntryPoint = "setrlimit")]
    private static partial int SetRLimit(int resource, ulong* limits);

    [LibraryImport(Library, EntryPoint = "syscall")]
    private static partial nint Syscall(nint number, void* first, void* second);
}
