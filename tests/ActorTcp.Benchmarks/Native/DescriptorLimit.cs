namespace ActorTcp.Benchmarks.Native;

/// <summary>
/// The number of connections that this process, and a server that inherits its limits, can open.
/// The program checks it first: a runtime without free descriptors cannot even load the code that reports the error.
/// </summary>
internal static class DescriptorLimit
{
    /// <summary>The descriptors that a runtime needs for its own files, pipes and pollers.</summary>
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
