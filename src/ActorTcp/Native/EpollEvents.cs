namespace ActorTcp.Native;

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
