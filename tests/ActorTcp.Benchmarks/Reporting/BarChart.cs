using ScottPlot;

namespace ActorTcp.Benchmarks.Reporting;

/// <summary>A plot with one horizontal bar per server, the first at the top, as an SVG file. ActorTcp has a colour of its own.</summary>
internal static class BarChart
{
    private const int Width = 800;
    private const int HeightOfBar = 36;
    private const int HeightOfRest = 110;
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
        plot.SaveSvg(file, Width, HeightOfRest + (HeightOfBar * bars.Count));
    }
}
