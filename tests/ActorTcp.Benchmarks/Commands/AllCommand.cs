using ActorTcp.Benchmarks.Workloads;

namespace ActorTcp.Benchmarks.Commands;

/// <summary>Runs all workloads over all servers and writes the page of results.</summary>
internal sealed class AllCommand : IBenchmarkCommand
{
    private const int Seed = 1;
    private const int Loops = 1;

    private readonly Option<int> _rounds = Options.Whole("--rounds", "Rounds per workload", 7, 1, 1000);
    private readonly Option<double> _seconds = Options.Seconds("--seconds", "Seconds per sample; the warm-up before each is half as long", 1.5, 0.05);
    private readonly Option<string> _peers = PeerChoice.Option();

    private readonly Option<string> _workloads = new("--workloads")
    {
        Description = $"Workloads, separated by commas, of: {Names} (left out: all)",
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "Folder for results.md and results/*.svg (left out: docs of this repository)",
    };

    private static string Names => string.Join(", ", Workload.All.Select(workload => workload.Name));

    public Command Create()
    {
        var command = new Command("all", "Runs all workloads over all servers; writes a page of tables and plots.")
        {
            _rounds, _seconds, _workloads, _peers, _output,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        RunFacts.WarnOfDebugBuild();
        Workload[] workloads = parsed.GetValue(_workloads) is { } names ? [.. names.Split(',').Select(Find)] : [.. Workload.All];
        PeerSelection peers = PeerChoice.Read(parsed.GetValue(_peers));
        (CoreSet server, CoreSet client) = CoreChoice.Assign(CoreChoice.Open, CoreChoice.Open, Loops);
        var seconds = TimeSpan.FromSeconds(parsed.GetValue(_seconds));
        var template = new EchoSettings(
            peers.Peers, Workload.Reference.Load!, parsed.GetValue(_rounds), seconds / 2, new LoadGoal(seconds), Loops, server, client, Seed);
        var idle = IdleSettings.Default with { Peers = peers.Peers, ServerCores = server };
        if (workloads.Any(workload => workload.Load is null))
            idle.CheckDescriptors();

        IReadOnlyList<WorkloadResult> results = await new WorkloadRunner(template, idle, Console.Error).RunAsync(workloads, stop);
        string file = ResultsDocument.Write(
            parsed.GetValue(_output) ?? Path.Combine(RunFacts.RepositoryRoot, "docs"), EchoReport.Conditions(template), results, peers.Notes);
        await Console.Error.WriteLineAsync($"wrote {file}");
        return 0;
    }

    private static Workload Find(string name) =>
        Workload.All.FirstOrDefault(workload => workload.Name == name.Trim())
        ?? throw new UsageException($"--workloads: there is no '{name}'; there are {Names}");
}
