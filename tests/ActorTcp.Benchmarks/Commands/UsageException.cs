namespace ActorTcp.Benchmarks.Commands;

/// <summary>Arguments that are each well formed but cannot be had here, or not together.</summary>
internal sealed class UsageException(string message) : Exception(message);
