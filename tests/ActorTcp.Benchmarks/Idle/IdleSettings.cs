using ActorTcp.Benchmarks.Peers;

namespace ActorTcp.Benchmarks.Idle;

/// <summary>What is measured.</summary>
/// <param name="Peers">The servers, one after the other.</param>
/// <param name="Before">Connections that are there before anything is counted: what a server makes once belongs to none.</param>
/// <param name="Connections">Those that are counted.</param>
/// <param name="Echoes">Messages that each echoes, one behind the other, before it rests.</param>
/// <param name="Rest">How long all rest.</param>
/// <param name="Loops">Poll loops, or I/O threads, of each server.</param>
internal sealed record IdleSettings(IReadOnlyList<IPeer> Peers, int Before, int Connections, int Echoes, TimeSpan Rest, int Loops);
