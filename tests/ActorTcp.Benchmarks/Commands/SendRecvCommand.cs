using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace ActorTcp.Benchmarks.Commands;

/// <summary>Runs <see cref="SendRecvBenchmarks"/>; ends with 1 if a call allocates.</summary>
internal sealed class SendRecvCommand : IBenchmarkCommand
{
    private readonly Option<int> _rounds = Options.Whole("--rounds", "Measured iterations of 0.2 s of each benchmark", 20, 5, 1000);

    public Command Create()
    {
        var command = new Command("send-recv", "Measures what Send and Recv add to the system call, and what they allocate.") { _rounds };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        // In this process, because the usual toolchain builds a project below the output folder, where the build files of the
        // repository apply to it.
        Job job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(5).WithIterationTime(TimeInterval.FromMilliseconds(200)).WithIterationCount(parsed.GetValue(_rounds));
        ManualConfig config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddExporter(MarkdownExporter.GitHub)
            .AddColumn(StatisticColumn.Median)
            .HideColumns("Alloc Ratio")
            .AddLogicalGroupRules(BenchmarkLogicalGroupRule.ByCategory)
            .AddLogger(new ErrorLogger())
            .WithOption(ConfigOptions.DisableLogFile, true)
            .WithArtifactsPath(Path.Combine(RunFacts.RepositoryRoot, "artifacts", "benchmark-dotnet"));
        Summary summary = BenchmarkRunner.Run<SendRecvBenchmarks>(config);
        MarkdownExporter.GitHub.ExportToLog(summary, ConsoleLogger.Default);
        bool failed = summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success);
        return failed || summary.Reports.Any(report => report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) > 0) ? 1 : 0;
    }

    /// <summary>Reports only errors, because BenchmarkDotNet logs a line for each iteration.</summary>
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
