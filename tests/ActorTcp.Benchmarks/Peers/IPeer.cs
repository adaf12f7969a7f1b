namespace ActorTcp.Benchmarks.Peers;

/// <summary>An echo server to compare. It runs in its own process and obeys <see cref="ServerControl"/>.</summary>
internal interface IPeer
{
    string Name { get; }

    /// <summary>The description of the server and its setup, for the report.</summary>
    string Description { get; }

    /// <summary>The reason why it cannot run on this machine, or null.</summary>
    string? WhyMissing();

    /// <summary>The process that serves on a free port of 127.0.0.1 with a number of loops.</summary>
    ProcessStartInfo Launch(int loops, DirectoryInfo temporary);
}

/// <summary>The resources that a server has used since it started.</summary>
/// <param name="CpuNanoseconds">User plus system time of all its threads.</param>
/// <param name="AllocatedBytes">Bytes allocated on the managed heap; null if it has none.</param>
internal readonly record struct PeerSample(long CpuNanoseconds, long? AllocatedBytes);

/// <summary>The memory of a server.</summary>
/// <param name="LiveBytes">Bytes on the managed heap after a full collection; null if it has none.</param>
/// <param name="ResidentBytes">Its resident set.</param>
internal readonly record struct PeerMemory(long? LiveBytes, long ResidentBytes);

/// <summary>A server's process did not start, ended, or did not answer.</summary>
internal sealed class PeerException(string message) : Exception(message);
