namespace ActorTcp.Native;

/// <summary>The calls that a test can make fail (<see cref="ISystemCallFaults"/>).</summary>
internal enum SystemCall
{
    Socket,
    Connect,
    Accept,
    Receive,
    Send,
    Shutdown,
    GetSockName,
    GetSockOpt,
    SetSockOpt,
    EpollAdd,
    EpollModify,
    EpollWait,
    Close,
}
