namespace ActorTcp.Native;

/// <summary>struct linger of SO_LINGER.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Linger
{
    public int OnOff;
    public int Seconds;
}
