namespace ActorTcp.Native;

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
