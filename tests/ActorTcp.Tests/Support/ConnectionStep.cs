namespace ActorTcp.Tests.Support;

/// <summary>One step of a script for a connection: a command of its handler, or what its peer does.</summary>
internal abstract record ConnectionStep
{
    private ConnectionStep()
    {
    }

    /// <summary>The handler sends this number of bytes and asks for the outcome.</summary>
    internal sealed record Send(int Length) : ConnectionStep;

    /// <summary>The handler sends one of the commands without data.</summary>
    internal sealed record Tell(object Command) : ConnectionStep;

    internal sealed record Flush : ConnectionStep;

    internal sealed record Shutdown(ShutdownHow How) : ConnectionStep;

    /// <summary>The handler detaches the connection and takes it itself.</summary>
    internal sealed record Detach : ConnectionStep;

    internal sealed record PeerSends(int Length) : ConnectionStep;

    /// <summary>The peer reads at most this number of the available bytes.</summary>
    internal sealed record PeerReads(int Length) : ConnectionStep;

    internal sealed record PeerEnds : ConnectionStep;

    internal sealed record PeerResets : ConnectionStep;

    /// <summary>Waits until the handler and the connection have processed all earlier messages.</summary>
    internal sealed record Settle : ConnectionStep;
}
