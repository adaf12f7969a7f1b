namespace ActorTcp.Benchmarks.Idle;

/// <summary>The figures as Markdown.</summary>
internal static class IdleReport
{
    internal static string Write(IdleSettings settings, IReadOnlyList<IdleScore> scores) => $"""
        {RunFacts.Date}, {RunFacts.Machine}, Akka.NET {RunFacts.AkkaVersion}
        {RunFacts.Command}

        {Table(scores)}
        {settings.Connections} connections; each has echoed {settings.Echoes} messages of 64 bytes. {Conditions(settings)}

        """;

    internal static MarkdownTable Table(IReadOnlyList<IdleScore> scores)
    {
        var table = new MarkdownTable("server", "managed B/connection", "resident B/connection", "CPU % of a core");
        foreach (IdleScore score in scores)
            table.Add(score.Peer, score.LiveBytes is { } bytes ? Text(bytes, "N0") : "–", Text(score.ResidentBytes, "N0"), Text(score.Busy * 100, "0.000"));
        return table;
    }

    internal static string Conditions(IdleSettings settings) => string.Create(
        CultureInfo.InvariantCulture,
        $"{settings.Before} more connections were open before and are not counted. Managed: what is alive after a full collection. Resident: of the process; the kernel's own memory of a socket is in neither. CPU: over {settings.Duration.TotalSeconds:0.#} s in which all connections were open and idle. Each server is measured once.");

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
