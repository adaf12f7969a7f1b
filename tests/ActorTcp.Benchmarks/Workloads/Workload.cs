namespace ActorTcp.Benchmarks.Workloads;

/// <summary>A load with a name. All servers are compared under it.</summary>
/// <param name="Name">The name for --workloads.</param>
/// <param name="Description">One sentence for the report.</param>
/// <param name="Operation">The name of one operation.</param>
/// <param name="Load">The load; null for idle connections.</param>
internal sealed record Workload(string Name, string Description, string Operation, LoadSettings? Load)
{
    /// <summary>The fixed rate as a share of the rate of the C epoll loop in <see cref="Reference"/>.</summary>
    internal const double FixedShare = 0.5;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>The workload that all others are compared with.</summary>
    internal static Workload Reference { get; } = new(
        "64B x 50", "50 connections, each with one message of 64 bytes in flight.", "echo", Closed(50, 64, 1));

    internal static IReadOnlyList<Workload> All { get; } =
    [
        Reference,
        new("64B x 500", "500 connections, each with one message of 64 bytes in flight.", "echo", Closed(500, 64, 1)),
        new("64B x 50 with 16 in flight", "50 connections, each with 16 messages of 64 bytes in flight.", "echo", Closed(50, 64, 16)),
        new("16KiB x 16", "16 connections, each with one message of 16 KiB in flight.", "echo", Closed(16, 16 * 1024, 1)),
        new(
            "churn",
            "16 clients; an operation is connect, one echo of 64 bytes, half close by the client, close by both. The latency is that of the whole operation.",
            "connection",
            Closed(16, 64, 1) with { Shape = LoadShape.Churn }),
        new(
            "fixed rate",
            "50 connections, 64 bytes, sent at fixed times whatever the server does: open loop, at half of what the C epoll loop reaches in the first workload. Latencies count from the time when a message was due, so a server that falls behind shows it. The client polls without sleeping, so servers do not pay for waking it.",
            "echo",
            new LoadSettings(50, 64, 16 * 1024, ClientWait.Spin, Timeout, LoadShape.FixedRate)),
        new("idle", "10,000 open connections that have echoed two messages of 64 bytes each and then have nothing to do.", "connection", null),
    ];

    /// <summary>The name as a file name.</summary>
    internal string FileName => Name.ToLowerInvariant().Replace(' ', '-');

    private static LoadSettings Closed(int connections, int size, int depth) =>
        new(connections, size, depth, ClientWait.Sleep, Timeout);
}

/// <summary>The result of one workload.</summary>
/// <param name="Workload">The workload.</param>
/// <param name="Conditions">Conditions that were set or measured at run time, as a sentence; may be empty.</param>
/// <param name="Table">The figures of all servers; null if the workload could not run.</param>
/// <param name="Axis">The unit of the bars of its plot.</param>
/// <param name="Bars">A name and a value per server.</param>
internal sealed record WorkloadResult(
    Workload Workload, string Conditions, Reporting.MarkdownTable? Table, string Axis, IReadOnlyList<(string Name, double Value)> Bars);
