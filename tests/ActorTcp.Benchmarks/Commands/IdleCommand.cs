namespace ActorTcp.Benchmarks.Commands;

/// <summary>Measures the cost of idle connections.</summary>
internal sealed class IdleCommand : IBenchmarkCommand
{
    private readonly Option<int> _connections = Options.Whole("--connections", "Connections", 10_000, 1, 1_000_000);
    private readonly Option<int> _before = Options.Whole("--before", "Connections that are open before anything is counted", 500, 0, 1_000_000);
    private readonly Option<int> _echoes = Options.Whole("--echoes", "Messages that each connection echoes before it is idle", 2, 0, 1_000_000);
    private readonly Option<double> _seconds = Options.Seconds("--seconds", "How long all connections are idle", 10, 0.1);
    private readonly Option<int> _loops = Options.Whole("--loops", "Poll loops, or I/O threads, of each server", 1, 1, 1024);
    private readonly Option<string> _peers = PeerChoice.Option();

    public Command Create()
    {
        var command = new Command("idle", "Measures memory and CPU time of connections that have nothing to do.")
        {
            _connections, _before, _echoes, _seconds, _loops, _peers,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        var settings = new IdleSettings(
            PeerChoice.Read(parsed.GetValue(_peers)).Peers,
            parsed.GetValue(_before),
            parsed.GetValue(_connections),
            parsed.GetValue(_echoes),
            TimeSpan.FromSeconds(parsed.GetValue(_seconds)),
            parsed.GetValue(_loops),
            CoreSet.OfThisThread());
        settings.CheckDescriptors();
        RunFacts.WarnOfDebugBuild();
        await Console.Out.WriteAsync(IdleReport.Write(settings, await new IdleComparison(settings, Console.Error).RunAsync(stop)));
        return 0;
    }
}
