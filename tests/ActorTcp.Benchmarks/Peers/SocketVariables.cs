using System.Globalization;

namespace ActorTcp.Benchmarks.Peers;

/// <summary>What the runtime's sockets can be told by environment variables only.</summary>
internal static class SocketVariables
{
    /// <summary>Runs completions on the thread that polls, instead of queueing them to the thread pool.</summary>
    internal const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>How many threads poll.</summary>
    private const string ThreadCount = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    internal static IEnumerable<(string Name, string Value)> For(int loops, bool inline)
    {
        yield return (ThreadCount, loops.ToString(CultureInfo.InvariantCulture));
        if (inline)
            yield return (InlineCompletions, "1");
    }
}
