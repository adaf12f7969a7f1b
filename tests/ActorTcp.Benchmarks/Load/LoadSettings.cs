namespace ActorTcp.Benchmarks.Load;

/// <summary>The shape of a load.</summary>
/// <param name="Connections">The number of connections; in <see cref="LoadShape.Churn"/>, of clients that connect again and again.</param>
/// <param name="Size">Bytes per message.</param>
/// <param name="Depth">Messages in flight per connection; in <see cref="LoadShape.FixedRate"/>, the maximum.</param>
/// <param name="Wait">How the client waits for replies.</param>
/// <param name="Timeout">The time that the server may be silent while a reply is missing.</param>
/// <param name="Shape">When the client sends.</param>
/// <param name="Rate">Messages per second of all connections; only in <see cref="LoadShape.FixedRate"/>.</param>
internal sealed record LoadSettings(
    int Connections, int Size, int Depth, ClientWait Wait, TimeSpan Timeout, LoadShape Shape = LoadShape.ClosedLoop, double Rate = 0);

/// <summary>When the client sends its next message.</summary>
internal enum LoadShape
{
    /// <summary>A complete reply starts the connection's next message.</summary>
    ClosedLoop,

    /// <summary>Messages are due at fixed times, whatever the server does. The connections send them in turn.</summary>
    FixedRate,

    /// <summary>One operation is: connect, one echo, close. Its end starts the client's next operation.</summary>
    Churn,
}

/// <summary>What the load generator does while it waits for a reply.</summary>
internal enum ClientWait
{
    /// <summary>Sleeps in epoll_wait. The send of the server wakes it.</summary>
    Sleep,

    /// <summary>Calls epoll_wait again at once. Needs a core of its own.</summary>
    Spin,
}

/// <summary>When a run of the load ends: after a time, or after a number of operations.</summary>
/// <param name="Duration">The time; ignored if <paramref name="Operations"/> is given.</param>
/// <param name="Operations">The number of operations, or null.</param>
internal readonly record struct LoadGoal(TimeSpan Duration, long? Operations = null);

/// <summary>The result of one run of the load.</summary>
/// <param name="Operations">Operations that were complete before the end.</param>
/// <param name="Elapsed">From the first send to the end.</param>
/// <param name="Busy">The part of that time in which the client's thread worked.</param>
internal readonly record struct LoadMeasure(long Operations, TimeSpan Elapsed, TimeSpan Busy)
{
    internal double PerSecond => Operations / Elapsed.TotalSeconds;
}

/// <summary>A server did not behave as an echo server. The message names the connection, the offset and the fault.</summary>
internal sealed class LoadException(string message) : Exception(message);

/// <summary>The due times of the messages of a fixed rate. The default value has none.</summary>
internal struct Schedule
{
    internal long Origin;
    internal double TicksPerMessage;
    internal long Started;
    internal long Next;
    internal long End;

    internal readonly bool IsDue(long now) => Next < End && Next <= now;

    internal void Advance() => Next = Origin + (long)(++Started * TicksPerMessage);
}
