using System.Globalization;
using ActorTcp.Benchmarks.Reporting;

namespace ActorTcp.Benchmarks.Idle;

/// <summary>The figures as Markdown.</summary>
internal static class IdleReport
{
    internal static string Write(IdleSettings settings, IReadOnlyList<IdleScore> scores)
    {
        var table = new MarkdownTable("server", "managed bytes/connection", "resident bytes/connection", "CPU % of a core at rest");
        foreach (IdleScore score in scores)
        {
            table.Add(
                score.Peer,
                score.LiveBytes is { } bytes ? Text(bytes, "0") : "-",
                Text(score.ResidentBytes, "0"),
                Text(score.Busy * 100, "0.000"));
        }
        return $"""
            {RunFacts.Date}, {RunFacts.Machine}, Akka.NET {RunFacts.AkkaVersion}
            {RunFacts.Command}

            {table}
            {settings.Connections} connections behind {settings.Before} that are not counted; each has echoed {settings.Echoes} messages of 64 bytes. Managed: what is left behind a full collection. Resident: of the process; the kernel's own memory of a socket is in none of them. At rest: {settings.Rest.TotalSeconds:0.#} s, all connections open.

            """;
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
