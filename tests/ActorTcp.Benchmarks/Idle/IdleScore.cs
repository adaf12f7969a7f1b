namespace ActorTcp.Benchmarks.Idle;

/// <summary>What a connection that has nothing to do costs a server.</summary>
/// <param name="Peer">The server.</param>
/// <param name="LiveBytes">On the managed heap, per connection; null where there is none.</param>
/// <param name="ResidentBytes">Of the resident set, per connection.</param>
/// <param name="Busy">CPU time per time, of all connections together, while none has anything to do.</param>
internal sealed record IdleScore(string Peer, double? LiveBytes, double ResidentBytes, double Busy);
