namespace ActorTcp.Tests.Support;

/// <summary>Which system calls are counted to make one of them fail: of each kind a scene makes the same ones in the same order, or nearly so, but not of all together.</summary>
internal enum CountedCalls
{
    /// <summary>What the poll loops call, but for their waits.</summary>
    OnLoops,

    /// <summary>What is called by those who want their calls counted, on no loop.</summary>
    Elsewhere,

    /// <summary>How often a loop waits differs from run to run.</summary>
    Waits,
}
