namespace ActorTcp.Benchmarks.Native;

/// <summary>
/// How many connections this process, and a server that inherits its limits, can have. Asked beforehand:
/// a runtime that has run out of descriptors cannot even load what it needs to say so.
/// </summary>
internal static class DescriptorLimit
{
    /// <summary>What is left to a runtime for its own files, pipes and pollers.</summary>
    internal const int Reserve = 256;

    /// <summary>The soft limit, which the runtime has raised to the hard one.</summary>
    internal static long OpenFiles()
    {
        const string name = "Max open files";
        string line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith(name, StringComparison.Ordinal));
        string soft = line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return soft == "unlimited" ? long.MaxValue : long.Parse(soft, CultureInfo.InvariantCulture);
    }
}
