namespace ActorTcp.Benchmarks.Load;

/// <summary>A server did not do what an echo server does; the message says on which connection, where and what.</summary>
internal sealed class LoadException(string message) : Exception(message);
