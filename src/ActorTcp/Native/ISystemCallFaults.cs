namespace ActorTcp.Native;

/// <summary>
/// Makes system calls fail, in tests: put under <see cref="Key"/> with <see cref="AppContext.SetData"/> before the first call.
/// A call that is to fail is not made, but for close.
/// </summary>
internal interface ISystemCallFaults
{
    const string Key = "ActorTcp.SystemCallFaults";

    /// <summary>The errno with which a call is to fail; 0: it is made. On the thread that calls.</summary>
    int ErrnoOf(SystemCall call);

    /// <summary>
    /// What a close is to answer. It was made before: one that fails has released the descriptor all the same (close(2)).
    /// </summary>
    /// <param name="errno">What it really answered; 0: it succeeded.</param>
    int ErrnoOfClose(int errno);
}
