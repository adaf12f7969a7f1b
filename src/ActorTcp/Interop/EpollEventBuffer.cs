namespace ActorTcp.Interop;

/// <summary>
/// An array of struct epoll_event outside the managed heap. The struct is packed on x86-64 (12 bytes, data at 4)
/// and naturally aligned elsewhere (16 bytes, data at 8), which one managed struct cannot express.
/// </summary>
internal sealed unsafe class EpollEventBuffer : IDisposable
{
    private static readonly bool Packed = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int Stride = Packed ? 12 : 16;
    private static readonly int DataOffset = Packed ? 4 : 8;

    private byte* _events;

    public EpollEventBuffer(int capacity)
    {
        Capacity = capacity;
        _events = (byte*)NativeMemory.AllocZeroed((nuint)capacity, 16);
    }

    public int Capacity { get; }

    public void* Pointer => _events;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint EventsAt(int index) => *(uint*)(_events + (index * Stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong DataAt(int index) => Unsafe.ReadUnaligned<ulong>(_events + (index * Stride) + DataOffset);

    /// <summary>Writes one struct to the start of the caller's 16 bytes, for epoll_ctl.</summary>
    public static void Write(byte* target, uint events, ulong data)
    {
        *(uint*)target = events;
        Unsafe.WriteUnaligned(target + DataOffset, data);
    }

    public void Dispose()
    {
        NativeMemory.Free(_events);
        _events = null;
    }
}

/// <summary>Event bits and operations of epoll_ctl(2).</summary>
internal static class EpollEvents
{
    public const uint In = 0x001;
    public const uint Pri = 0x002;
    public const uint Out = 0x004;
    public const uint Err = 0x008;
    public const uint Hup = 0x010;
    public const uint RdHup = 0x2000;
    public const uint EdgeTriggered = 1u << 31;

    public const int CtlAdd = 1;
    public const int CtlDel = 2;
    public const int CtlMod = 3;

    /// <summary>EPOLL_CLOEXEC, the same bit as EFD_CLOEXEC and O_CLOEXEC.</summary>
    public const int CloseOnExec = 0x80000;

    /// <summary>EFD_NONBLOCK, the same bit as O_NONBLOCK.</summary>
    public const int NonBlocking = 0x800;
}
