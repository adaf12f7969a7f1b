namespace ActorTcp.Benchmarks.Load;

/// <param name="Connections">How many connections.</param>
/// <param name="Size">Bytes per message.</param>
/// <param name="Depth">Messages under way per connection.</param>
/// <param name="Wait">How the client waits for replies.</param>
/// <param name="Timeout">How long the server may be silent while a reply is owed.</param>
internal sealed record LoadSettings(int Connections, int Size, int Depth, ClientWait Wait, TimeSpan Timeout);
