namespace ActorTcp.Tests.Support;

/// <summary>One step of a script for a connection: a command of its handler, or what its peer does.</summary>
internal abstract record ConnectionStep
{
    private ConnectionStep()
    {
    }

    /// <summary>The handler sends so many bytes and asks for the outcome.</summary>
    internal sealed record Send(int Length) : ConnectionStep;

    /// <summary>The handler tells one of the commands that carry nothing.</summary>
    internal sealed record Tell(object Command) : ConnectionStep;

    internal sealed record Flush : ConnectionStep;

    internal sealed record Shutdown(ShutdownHow How) : ConnectionStep;

    /// <summary>The handler gives the connection to itself.</summary>
    internal sealed record Detach : ConnectionStep;

    internal sealed record PeerSends(int Length) : ConnectionStep;

    /// <summary>The peer reads up to so many of the bytes that are there.</summary>
    internal sealed record PeerReads(int Length) : ConnectionStep;

    internal sealed record PeerEnds : ConnectionStep;

    internal sealed record PeerResets : ConnectionStep;

    /// <summary>What was told before has been processed by the handler and the connection.</summary>
    internal sealed record Settle : ConnectionStep;
}
