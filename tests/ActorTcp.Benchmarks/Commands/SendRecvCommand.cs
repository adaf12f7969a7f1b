using System.CommandLine;
using ActorTcp.Benchmarks.Reporting;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace ActorTcp.Benchmarks.Commands;

/// <summary>Runs <see cref="SendRecvBenchmarks"/>.</summary>
internal sealed class SendRecvCommand : IBenchmarkCommand
{
    private readonly Option<int> _rounds = Options.Whole("--rounds", "Measured iterations of each benchmark", 2000, 10, 1_000_000);

    public Command Create()
    {
        var command = new Command("send-recv", "Measures what Send and Recv add to the system call, and what they allocate.") { _rounds };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        int rounds = parsed.GetValue(_rounds);
        // In this process: the usual toolchain builds a project below the output folder, where the repository's build files
        // apply to it. An iteration is one invocation, since each needs its socket prepared.
        Job job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
            .WithGcForce(false).WithInvocationCount(1).WithUnrollFactor(1).WithWarmupCount(rounds).WithIterationCount(rounds);
        ManualConfig config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddColumn(StatisticColumn.Median)
            .HideColumns("Error", "StdDev", "RatioSD", "Gen0", "Alloc Ratio")
            .AddLogicalGroupRules(BenchmarkLogicalGroupRule.ByCategory)
            .AddLogger(new ErrorLogger())
            .WithOption(ConfigOptions.DisableLogFile, true)
            .WithArtifactsPath(Path.Combine(RunFacts.RepositoryRoot, "artifacts", "benchmark-dotnet"));
        Summary summary = BenchmarkRunner.Run<SendRecvBenchmarks>(config);
        BenchmarkDotNet.Exporters.MarkdownExporter.GitHub.ExportToLog(summary, ConsoleLogger.Default);
        return summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success) ? 1 : 0;
    }

    /// <summary>BenchmarkDotNet logs a line for each iteration; only its errors are of interest here.</summary>
    private sealed class ErrorLogger : ILogger
    {
        public string Id => nameof(ErrorLogger);

        public int Priority => 0;

        public void Write(LogKind logKind, string text)
        {
            if (logKind == LogKind.Error)
                Console.Error.Write(text);
        }

        public void WriteLine() => Write(LogKind.Default, "\n");

        public void WriteLine(LogKind logKind, string text) => Write(logKind, text + "\n");

        public void Flush() => Console.Error.Flush();
    }
}
