namespace ActorTcp.Native;

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
