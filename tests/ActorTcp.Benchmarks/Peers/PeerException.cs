namespace ActorTcp.Benchmarks.Peers;

/// <summary>A server's process did not start, ended, or did not answer.</summary>
internal sealed class PeerException(string message) : Exception(message);
