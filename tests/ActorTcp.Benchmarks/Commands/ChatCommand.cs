using ActorTcp.Benchmarks.Chat;

namespace ActorTcp.Benchmarks.Commands;

/// <summary>Puts load on the chat of the demo, on one node or on several that form a cluster.</summary>
internal sealed class ChatCommand : IBenchmarkCommand
{
    private readonly Option<int> _nodes = Options.Whole("--nodes", "Processes of the chat; more than one form a cluster", 1, 1, 9);
    private readonly Option<int> _clients = Options.Whole("--clients", "Clients", 1000, 1, 100_000);
    private readonly Option<int> _rooms = Options.Whole("--rooms", "Rooms", 100, 1, 1000);
    private readonly Option<int> _rate = Options.Whole("--rate", "Lines per second that all clients say together", 10_000, 1);
    private readonly Option<double> _seconds = Options.Seconds("--seconds", "Seconds of load", 60, 1);
    private readonly Option<double> _silence = Options.Seconds("--silence", "Seconds without a line after which missing lines count as lost", 10, 0.1);
    private readonly Option<bool> _kill = new("--kill") { Description = "Kill the last node at half the time" };

    public Command Create()
    {
        var command = new Command("chat", "Checks that no line of a chat is lost or doubled under load, on one node or on a cluster.")
        {
            _nodes, _clients, _rooms, _rate, _seconds, _silence, _kill,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        RunFacts.WarnOfDebugBuild();
        int count = parsed.GetValue(_nodes);
        bool kills = parsed.GetValue(_kill) && count > 1;
        TimeSpan time = TimeSpan.FromSeconds(parsed.GetValue(_seconds));
        await using ChatNodes nodes = await ChatNodes.StartAsync(count, stop);
        using var load = new ChatLoad(nodes.Addresses, parsed.GetValue(_clients), parsed.GetValue(_rooms));
        load.Enter(Console.Error, stop);
        Dictionary<int, long> before = nodes.Usage().ToDictionary(usage => usage.Node, usage => usage.CpuNanoseconds);

        void AtHalf()
        {
            if (kills)
                nodes.Kill(count - 1);
        }

        load.Run(parsed.GetValue(_rate), time, TimeSpan.FromSeconds(parsed.GetValue(_silence)), AtHalf, Console.Error, stop);

        long lost = load.Missing(node => !kills || node < count - 1);
        var table = new MarkdownTable("node", "CPU s", "MB resident");
        foreach ((int node, long cpu, long resident) in nodes.Usage())
            table.Add(Text(node + 1), $"{(cpu - before[node]) / 1e9:0.0}", $"{resident / 1e6:0}");
        await Console.Out.WriteLineAsync(
            $"""
            {load.Sent} lines said, {load.Received} received, {lost} lost, {load.Faults.Doubled} doubled, {load.Faults.Skipped} out of order, {load.Disconnected} clients disconnected
            latency of a line: p50 {load.Latencies.Micros(50) / 1000:0.0} ms, p99 {load.Latencies.Micros(99) / 1000:0.0} ms, maximum {load.Latencies.Micros(100) / 1000:0.0} ms

            {table}
            """);
        return lost + load.Faults.Doubled + load.Faults.Skipped == 0 ? 0 : 1;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
