using System.Globalization;
using System.Text;
using ActorTcp.Benchmarks.Reporting;

namespace ActorTcp.Benchmarks.Engine;

/// <summary>The outcome as Markdown.</summary>
internal static class EngineReport
{
    internal static string Write(IReadOnlyList<EngineScore> scores, int rounds)
    {
        var table = new MarkdownTable($"engine {RunFacts.EngineVersion}", "unit", "median", "least", "CPU ns", "allocated B");
        foreach (EngineScore score in scores)
            table.Add(score.Measure.Name, score.Measure.Unit, Format("F0", score.Median), Format("F0", score.Least), Format("F0", score.Cpu), Format("F1", score.Allocated));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{table}\n    {RunFacts.Command}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{RunFacts.Date}; {RunFacts.Machine}. Medians of {rounds} rounds, each of which takes every measure once; CPU time and what was allocated are the whole process's, per message or actor.\n");
        return text.ToString();
    }

    private static string Format(string format, double? value) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";
}
