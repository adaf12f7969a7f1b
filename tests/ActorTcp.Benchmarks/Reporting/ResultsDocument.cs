using ActorTcp.Benchmarks.Workloads;
using ScottPlot;

namespace ActorTcp.Benchmarks.Reporting;

/// <summary>Writes results.md and a plot per workload. The author's comment in an earlier results.md is kept.</summary>
internal static class ResultsDocument
{
    private const string FileName = "results.md";
    private const string PlotFolder = "results";
    private const string CommentBegins = "<!-- The author's comment. The program keeps what is between these two lines. -->";
    private const string CommentEnds = "<!-- End of the author's comment. -->";

    /// <summary>Writes all files below a folder; returns the document's path.</summary>
    /// <param name="folder">The folder, which is created if it does not exist.</param>
    /// <param name="conditions">The settings that all workloads share.</param>
    /// <param name="results">The workloads, in the order of the document.</param>
    /// <param name="notes">A line for each server: its description, or the reason why it is missing.</param>
    internal static string Write(string folder, string conditions, IReadOnlyList<WorkloadResult> results, IEnumerable<string> notes)
    {
        Directory.CreateDirectory(Path.Combine(folder, PlotFolder));
        string file = Path.Combine(folder, FileName);
        string comment = File.Exists(file) ? KeptComment(File.ReadAllText(file)) : "\n";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Results

            To measure on your own machine, run this command. It writes this page and its plots:

                {RunFacts.Command}

            This page is of {RunFacts.Date}, on {RunFacts.Machine}, with Akka.NET {RunFacts.AkkaVersion}. {conditions}

            **How to read it.** Compare ratios within a run, not absolute figures of two runs. The main figure is the server's CPU
            time per operation: user plus system time of all its threads, as the median over the rounds. "of c-epoll" is the median
            of each round's ratio to an echo server in C over epoll; less is better. Throughput says less: the client has one
            thread and costs about as much as the server in C, so a client that is busier than the server is the limit, and servers
            then look more equal than they are. In a closed loop latencies follow from throughput; only the workload "fixed rate"
            compares them at the same load. Latencies are of all rounds together. "Others busy" is the share of both cores that
            went to other processes or to other guests of the host; above a few percent, doubt that line.

            {CommentBegins}{comment}{CommentEnds}

            """);
        foreach (WorkloadResult result in results)
        {
            text.Append($"\n## {result.Workload.Name}\n\n{result.Workload.Description} {result.Conditions}".TrimEnd()).Append('\n');
            if (result.Table is null)
                continue;
            string plot = $"{PlotFolder}/{result.Workload.FileName}.svg";
            BarChart.Save(Path.Combine(folder, plot), result.Workload.Name, result.Axis, result.Bars);
            text.Append(CultureInfo.InvariantCulture, $"\n![{result.Workload.Name}: {result.Axis}]({plot})\n\n{result.Table}");
        }
        text.Append("\n## Servers\n\n");
        foreach (string note in notes)
            text.Append(CultureInfo.InvariantCulture, $"- {note}\n");
        File.WriteAllText(file, text.ToString());
        return file;
    }

    private static string KeptComment(string text)
    {
        int begin = text.IndexOf(CommentBegins, StringComparison.Ordinal);
        int end = text.IndexOf(CommentEnds, StringComparison.Ordinal);
        return begin >= 0 && end > begin ? text[(begin + CommentBegins.Length)..end] : "\n";
    }
}

/// <summary>Draws one horizontal bar per server, the first at the top, as an SVG file. ActorTcp has its own colour.</summary>
internal static class BarChart
{
    private const int Width = 800;
    private const int HeightOfBar = 36;
    private const int HeightWithoutBars = 110;
    private const string Highlighted = "actortcp";
    private const string Font = "DejaVu Sans";

    private static readonly Color OtherColor = Color.FromHex("#9aa5b1");
    private static readonly Color HighlightColor = Color.FromHex("#d1495b");

    internal static void Save(string file, string title, string axis, IReadOnlyList<(string Name, double Value)> bars)
    {
        using var plot = new Plot();
        var shown = bars.Select((bar, index) => new Bar
        {
            Position = bars.Count - index,
            Value = bar.Value,
            FillColor = bar.Name.StartsWith(Highlighted, StringComparison.Ordinal) ? HighlightColor : OtherColor,
            LineWidth = 0,
            Orientation = Orientation.Horizontal,
            Label = bar.Value.ToString(bar.Value < 1000 ? "0.00" : "N0", System.Globalization.CultureInfo.InvariantCulture),
        }).ToArray();
        var plotted = plot.Add.Bars(shown);
        plotted.Horizontal = true;
        plotted.ValueLabelStyle.FontName = Font;
        plotted.ValueLabelStyle.FontSize = 13;
        plot.Axes.Left.SetTicks([.. shown.Select(bar => bar.Position)], [.. bars.Select(bar => bar.Name)]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Left.TickLabelStyle.FontSize = 14;
        plot.Axes.Bottom.Label.Text = axis;
        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.Title.Label.Text = title;
        plot.Axes.SetLimits(0, Math.Max(1e-9, bars.Max(bar => bar.Value)) * 1.15, 0.4, bars.Count + 0.6);
        plot.HideGrid();
        plot.Font.Set(Font);
        plot.SaveSvg(file, Width, HeightWithoutBars + (HeightOfBar * bars.Count));
    }
}
