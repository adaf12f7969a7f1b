using System.Diagnostics;

namespace ActorTcp.Benchmarks.Peers;

/// <summary>An echo server to compare; it runs as a process of its own and obeys <see cref="ServerControl"/>.</summary>
internal interface IPeer
{
    string Name { get; }

    /// <summary>What it is and how it is set up, for the notes under the table.</summary>
    string Description { get; }

    /// <summary>Why it cannot run on this machine, or null.</summary>
    string? WhyMissing();

    /// <summary>The process that serves on a free port of 127.0.0.1 with a number of loops.</summary>
    ProcessStartInfo Launch(int loops, DirectoryInfo temporary);
}
