using Akka.Actor;

namespace Akka.Embedded.Tests.Stress;

/// <summary>What the driver, the nodes and the registrar tell each other.</summary>
internal static class StressProtocol
{
    /// <summary>Do something at random.</summary>
    public sealed record Act(uint Seed);

    /// <summary>The n-th message of one node to another.</summary>
    public sealed record Data(int From, int Number, uint Seed, int Hops);

    /// <summary>Take up what is stashed.</summary>
    public sealed class Open
    {
        public static readonly Open Instance = new();
    }

    /// <summary>Answered with itself.</summary>
    public sealed class Ping
    {
        public static readonly Ping Instance = new();
    }

    /// <summary>Told to the registrar by who made a node.</summary>
    public sealed record Born(StressNode Node, IActorRef Ref);

    public sealed class Crash(int node) : Exception($"node {node}");
}
