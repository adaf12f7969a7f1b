namespace ActorTcp.Tests.Support;

/// <summary>
/// The system calls that are counted together to make one of them fail.
/// Runs of a scene make almost the same calls of each kind in the same order, but mix the kinds differently.
/// </summary>
internal enum CountedCalls
{
    /// <summary>The calls of the poll loops, except their waits.</summary>
    OnLoops,

    /// <summary>The calls on other threads that ask for counting.</summary>
    Elsewhere,

    /// <summary>The waits of the loops, whose number differs from run to run.</summary>
    Waits,
}
