namespace ActorTcp.Native;

/// <summary>struct iovec: one piece of a gathering send.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVec
{
    public void* Base;
    public nuint Length;
}
