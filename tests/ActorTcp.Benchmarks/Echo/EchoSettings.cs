using ActorTcp.Benchmarks.Load;
using ActorTcp.Benchmarks.Native;
using ActorTcp.Benchmarks.Peers;

namespace ActorTcp.Benchmarks.Echo;

/// <summary>What the command echo was asked for.</summary>
/// <param name="Peers">The servers, in the order of the first round.</param>
/// <param name="Load">The shape of the load.</param>
/// <param name="Rounds">How often each server is measured.</param>
/// <param name="WarmUp">Load before each measurement that is not counted.</param>
/// <param name="Goal">How long, or how many echoes, a measurement lasts.</param>
/// <param name="Loops">Poll loops of a server.</param>
/// <param name="ServerCores">Where servers may run.</param>
/// <param name="ClientCores">Where the client may run.</param>
/// <param name="Seed">Of the bytes that are sent.</param>
internal sealed record EchoSettings(
    IReadOnlyList<IPeer> Peers,
    LoadSettings Load,
    int Rounds,
    TimeSpan WarmUp,
    LoadGoal Goal,
    int Loops,
    CoreSet ServerCores,
    CoreSet ClientCores,
    int Seed);
