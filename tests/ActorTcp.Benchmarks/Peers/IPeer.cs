namespace ActorTcp.Benchmarks.Peers;

/// <summary>An echo server to compare; it runs as a process of its own and obeys <see cref="ServerControl"/>.</summary>
internal interface IPeer
{
    string Name { get; }

    /// <summary>What it is and how it is set up, for the report.</summary>
    string Description { get; }

    /// <summary>Why it cannot run on this machine, or null.</summary>
    string? WhyMissing();

    /// <summary>The process that serves on a free port of 127.0.0.1 with a number of loops.</summary>
    ProcessStartInfo Launch(int loops, DirectoryInfo temporary);
}

/// <summary>What a server has used up since it started.</summary>
/// <param name="CpuNanoseconds">User plus system time of all its threads.</param>
/// <param name="AllocatedBytes">On the managed heap; null if there is none.</param>
internal readonly record struct PeerSample(long CpuNanoseconds, long? AllocatedBytes);

/// <summary>What a server holds.</summary>
/// <param name="LiveBytes">On the managed heap after a full collection; null if there is none.</param>
/// <param name="ResidentBytes">Its resident set.</param>
internal readonly record struct PeerMemory(long? LiveBytes, long ResidentBytes);

/// <summary>A server's process did not start, ended, or did not answer.</summary>
internal sealed class PeerException(string message) : Exception(message);
