namespace ActorTcp.Benchmarks.Native;

/// <summary>
/// An array of struct epoll_event, outside the managed heap. The kernel packs the struct to 12 bytes on
/// x86-64 and leaves it at 16 elsewhere.
/// </summary>
internal sealed unsafe class EpollEvents : IDisposable
{
    private static readonly bool Packed = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int Stride = Packed ? 12 : 16;
    private static readonly int DataOffset = Packed ? 4 : 8;

    internal EpollEvents(int capacity)
    {
        Capacity = capacity;
        Pointer = (byte*)NativeMemory.AllocZeroed((nuint)capacity, (nuint)Stride);
    }

    internal int Capacity { get; }

    internal byte* Pointer { get; private set; }

    /// <summary>The 64 bits that were given at registration.</summary>
    internal ulong Token(int index) => *(ulong*)(Pointer + (index * Stride) + DataOffset);

    internal uint Flags(int index) => *(uint*)(Pointer + (index * Stride));

    /// <summary>Calls epoll_ctl; false with the reason in errno.</summary>
    internal static bool Control(int epoll, int operation, int fd, uint flags, ulong token)
    {
        byte* epollEvent = stackalloc byte[16];
        *(uint*)epollEvent = flags;
        *(ulong*)(epollEvent + DataOffset) = token;
        return Libc.EpollCtl(epoll, operation, fd, epollEvent) == 0;
    }

    public void Dispose()
    {
        NativeMemory.Free(Pointer);
        Pointer = null;
    }
}
