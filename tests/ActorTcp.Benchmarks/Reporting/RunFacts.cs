using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace ActorTcp.Benchmarks.Reporting;

/// <summary>What a reader needs to know to judge or repeat a run.</summary>
internal static class RunFacts
{
    internal static string Command
    {
        get
        {
            string[] arguments = Environment.GetCommandLineArgs()[1..];
            string engine = Engine == "Embedded" ? "" : $" -p:ActorEngine={Engine}";
            return $"dotnet run -c {Configuration}{engine} --project tests/ActorTcp.Benchmarks -- {string.Join(' ', arguments)}";
        }
    }

    internal static string Date => DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    internal static string Machine =>
        $"{CpuModel()}, {CoresOnline()} cores, Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}, {RuntimeInformation.FrameworkDescription}";

    /// <summary>The engine that actors of this build run on.</summary>
    internal static string Engine => Metadata("ActorEngine") ?? "unknown";

    internal static string EngineVersion => Metadata("AkkaVersion") is { } version ? $"{Engine} {version}" : Engine;

    internal static string Configuration =>
        typeof(RunFacts).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true } ? "Debug" : "Release";

    private static string? Metadata(string key) =>
        typeof(RunFacts).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(data => data.Key == key)?.Value;

    // Not Environment.ProcessorCount: that is the cores this process was started on.
    private static int CoresOnline() =>
        File.ReadLines("/proc/stat").Count(line => line.StartsWith("cpu", StringComparison.Ordinal) && line.Length > 3 && char.IsDigit(line[3]));

    private static string CpuModel() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
        ?? RuntimeInformation.ProcessArchitecture.ToString();
}
