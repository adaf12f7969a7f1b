using System.Globalization;
using System.Text;
using ActorTcp.Benchmarks.Load;
using ActorTcp.Benchmarks.Reporting;

namespace ActorTcp.Benchmarks.Echo;

/// <summary>The outcome as Markdown.</summary>
internal static class EchoReport
{
    private const string Absent = "–";

    internal static string Write(EchoSettings settings, IReadOnlyList<EchoScore> scores)
    {
        var text = new StringBuilder();
        text.Append(Table(scores));
        text.Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"    {RunFacts.Command}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{RunFacts.Date}; {RunFacts.Machine}; Akka.NET {RunFacts.AkkaVersion}.\n");
        text.Append(CultureInfo.InvariantCulture, $"{Conditions(settings)}\n\n");
        foreach (EchoScore score in scores)
            text.Append(CultureInfo.InvariantCulture, $"- {score.Peer.Name}: {score.Peer.Description}\n");
        return text.ToString();
    }

    private static MarkdownTable Table(IReadOnlyList<EchoScore> scores)
    {
        EchoScore? c = scores.FirstOrDefault(score => score.Peer.Name == "c-epoll");
        EchoScore? kestrel = scores.FirstOrDefault(score => score.Peer.Name == "kestrel");
        var table = new MarkdownTable(
            "server", "echoes/s", "of c-epoll", "of kestrel", "p50 µs", "p99 µs", "p99.9 µs",
            "server CPU µs/echo", "server busy", "client busy", "others busy", "allocated B/echo");
        foreach (EchoScore score in scores)
        {
            table.Add(
                score.Peer.Name,
                Format("N0", score.Median(round => round.PerSecond)),
                Format("F2", c is null ? null : score.RatioTo(c)),
                Format("F2", kestrel is null ? null : score.RatioTo(kestrel)),
                Micros(score.Latencies, 0.5),
                Micros(score.Latencies, 0.99),
                Micros(score.Latencies, 0.999),
                Format("F2", score.Median(round => round.ServerCpuMicros)),
                Format("P0", score.Median(round => round.ServerBusy)),
                Format("P0", score.Median(round => round.ClientBusy)),
                Format("P0", score.Median(round => round.Others)),
                Format("F2", score.MedianAllocated()));
        }
        return table;
    }

    private static string Conditions(EchoSettings settings)
    {
        LoadSettings load = settings.Load;
        string length = settings.Goal.Echoes is { } echoes
            ? string.Create(CultureInfo.InvariantCulture, $"{echoes:N0} echoes")
            : string.Create(CultureInfo.InvariantCulture, $"{settings.Goal.Duration.TotalSeconds} s");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {load.Connections} connections, {load.Size} bytes, {load.Depth} under way each, every byte verified; {settings.Rounds} interleaved rounds of {length} after {settings.WarmUp.TotalSeconds} s warm-up, fresh connections each round; seed {settings.Seed}.
            {settings.Loops} loop(s); servers on core {settings.ServerCores}, client on core {settings.ClientCores}, one thread, waiting by {(load.Wait == ClientWait.Spin ? "spinning" : "sleeping")}.
            Speeds, CPU and allocation are medians over the rounds, ratios the median of each round's; latencies are of all rounds, in a closed loop. Busy: CPU per time of the server, and the share of its time in which the client worked (a client that is busier than the server is the limit); others: what the rest of the machine took of those cores, where more than a few percent make the figures doubtful.
            """);
    }

    private static string Micros(LatencyHistogram latencies, double share) => Format("F1", latencies.Quantile(share) / 1000.0);

    private static string Format(string format, double? value) => value?.ToString(format, CultureInfo.InvariantCulture) ?? Absent;
}
