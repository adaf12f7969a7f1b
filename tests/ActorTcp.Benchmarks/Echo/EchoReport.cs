namespace ActorTcp.Benchmarks.Echo;

/// <summary>The outcome as Markdown.</summary>
internal static class EchoReport
{
    private const string Absent = "–";

    internal static string Write(EchoSettings settings, IReadOnlyList<EchoScore> scores) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {Table(scores, "echo", "echoes")}
            {RunFacts.Command}

        {RunFacts.Date}; {RunFacts.Machine}; Akka.NET {RunFacts.AkkaVersion}.
        {settings.Load.Connections} connections, {settings.Load.Size} bytes, {settings.Load.Depth} in flight each. {Conditions(settings)}

        {string.Join('\n', scores.Select(score => $"- {score.Peer.Name}: {score.Peer.Description}"))}

        """);

    internal static MarkdownTable Table(IReadOnlyList<EchoScore> scores, string operation, string operations)
    {
        EchoScore? c = scores.FirstOrDefault(score => score.Peer == NativePeer.Epoll);
        var table = new MarkdownTable(
            "server", $"CPU µs/{operation}", "of c-epoll", $"{operations}/s", "p50 µs", "p99 µs", "p99.9 µs",
            $"allocated B/{operation}", "server busy", "client busy", "others busy");
        foreach (EchoScore score in scores)
        {
            table.Add(
                score.Peer.Name,
                Format("F2", score.Median(round => round.ServerCpuMicros)),
                Format("F2", c is null ? null : score.CpuRatioTo(c)),
                Format("N0", score.Median(round => round.PerSecond)),
                Format("N1", score.Latencies.Micros(50)),
                Format("N1", score.Latencies.Micros(99)),
                Format("N1", score.Latencies.Micros(99.9)),
                Format("N1", score.MedianAllocated()),
                Format("P0", score.Median(round => round.ServerBusy)),
                Format("P0", score.Median(round => round.ClientBusy)),
                Format("P0", score.Median(round => round.Others)));
        }
        return table;
    }

    internal static string Conditions(EchoSettings settings)
    {
        string length = settings.Goal.Operations is { } operations
            ? string.Create(CultureInfo.InvariantCulture, $"{operations:N0} operations")
            : string.Create(CultureInfo.InvariantCulture, $"{settings.Goal.Duration.TotalSeconds} s");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Every byte is verified. Rounds are interleaved: {settings.Rounds} of {length} each, after {settings.WarmUp.TotalSeconds} s of warm-up, on fresh connections, with seed {settings.Seed}. Each server has {settings.Loops} loop(s). Servers run on core {settings.ServerCores}, the client on core {settings.ClientCores}.");
    }

    private static string Format(string format, double? value) => value?.ToString(format, CultureInfo.InvariantCulture) ?? Absent;
}
