using System.Reflection;

namespace ActorTcp.Benchmarks.Reporting;

/// <summary>The facts that a reader needs to judge or repeat a run.</summary>
internal static class RunFacts
{
    internal static string Command
    {
        get
        {
            string[] arguments = Environment.GetCommandLineArgs()[1..];
            return $"dotnet run -c {Configuration} --project tests/ActorTcp.Benchmarks -- {string.Join(' ', arguments.Select(Quoted))}";
        }
    }

    internal static string Date => DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    internal static string Machine =>
        $"{CpuModel()}, {CoresOnline()} cores, Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}, {RuntimeInformation.FrameworkDescription}";

    /// <summary>The version of the Akka package that this build references.</summary>
    internal static string AkkaVersion =>
        typeof(Akka.Actor.ActorSystem).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    internal static string Configuration =>
        typeof(RunFacts).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true } ? "Debug" : "Release";

    /// <summary>The folder of the solution, or the current one if the program runs elsewhere.</summary>
    internal static string RepositoryRoot
    {
        get
        {
            for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "ActorTcp.sln")))
                    return folder.FullName;
            }
            return Environment.CurrentDirectory;
        }
    }

    internal static void WarnOfDebugBuild()
    {
        if (Configuration != "Release")
            Console.Error.WriteLine("note: this is a Debug build; its figures mean nothing");
    }

    private static string Quoted(string argument) => argument.Contains(' ', StringComparison.Ordinal) ? $"\"{argument}\"" : argument;

    // Not Environment.ProcessorCount, which counts only the cores that this process may use.
    private static int CoresOnline() =>
        File.ReadLines("/proc/stat").Count(line => line.StartsWith("cpu", StringComparison.Ordinal) && line.Length > 3 && char.IsDigit(line[3]));

    private static string CpuModel() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
        ?? RuntimeInformation.ProcessArchitecture.ToString();
}
