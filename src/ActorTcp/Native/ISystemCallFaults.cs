namespace ActorTcp.Native;

/// <summary>
/// Makes system calls fail, in tests: put under <see cref="Key"/> with <see cref="AppContext.SetData"/> before the first call.
/// A call that is to fail is not made.
/// </summary>
internal interface ISystemCallFaults
{
    const string Key = "ActorTcp.SystemCallFaults";

    /// <summary>The errno with which a call is to fail; 0: it is made. On the thread that calls.</summary>
    int ErrnoOf(SystemCall call);
}
