namespace ActorTcp.Benchmarks.Workloads;

/// <summary>Runs workloads in sequence.</summary>
/// <param name="template">The settings that all workloads share; its load is not used.</param>
/// <param name="idle">The settings of the workload that has no load.</param>
/// <param name="progress">Receives a line for each measurement.</param>
internal sealed class WorkloadRunner(EchoSettings template, IdleSettings idle, TextWriter progress)
{
    private const int CalibrationRounds = 3;

    private double? _referenceRate;

    internal async Task<IReadOnlyList<WorkloadResult>> RunAsync(IReadOnlyList<Workload> workloads, CancellationToken stop)
    {
        var results = new List<WorkloadResult>();
        foreach (Workload workload in workloads)
        {
            string label = $"[{results.Count + 1}/{workloads.Count} {workload.Name}] ";
            results.Add(workload.Load is null
                ? await IdleAsync(workload, label, stop)
                : await EchoAsync(workload, template with { Load = workload.Load, Label = label }, stop));
        }
        return results;
    }

    private async Task<WorkloadResult> EchoAsync(Workload workload, EchoSettings settings, CancellationToken stop)
    {
        string conditions = "";
        if (settings.Load.Shape == LoadShape.FixedRate)
        {
            if (await ReferenceRateAsync(settings, stop) is not { } reference)
                return new WorkloadResult(workload, $"Left out: {NativePeer.Epoll.Name}, which the rate is taken from, cannot run here.", null, "", []);
            double rate = Math.Round(reference * Workload.FixedShare);
            conditions = string.Create(CultureInfo.InvariantCulture, $"The rate is {rate:N0} messages per second.");
            settings = settings with { Load = settings.Load with { Rate = rate } };
        }
        IReadOnlyList<EchoScore> scores = await new EchoComparison(settings, progress).RunAsync(stop);
        if (workload == Workload.Reference)
            _referenceRate = Rate(scores.FirstOrDefault(score => score.Peer == NativePeer.Epoll));
        return new WorkloadResult(
            workload,
            conditions,
            EchoReport.Table(scores, workload.Operation, workload.Operation == "echo" ? "echoes" : workload.Operation + "s"),
            $"server CPU, µs per {workload.Operation} (less is better)",
            [.. scores.Select(score => (score.Peer.Name, score.Median(round => round.ServerCpuMicros)))]);
    }

    /// <summary>The rate of the C epoll loop in the reference workload. It is measured now if this run has not measured it; null if it cannot run.</summary>
    private async Task<double?> ReferenceRateAsync(EchoSettings settings, CancellationToken stop)
    {
        if (_referenceRate is null && NativePeer.Epoll.WhyMissing() is null)
        {
            settings = settings with { Load = Workload.Reference.Load!, Peers = [NativePeer.Epoll], Rounds = CalibrationRounds, Label = settings.Label + "find the rate, " };
            _referenceRate = Rate((await new EchoComparison(settings, progress).RunAsync(stop))[0]);
        }
        return _referenceRate;
    }

    private static double? Rate(EchoScore? score) => score?.Median(round => round.PerSecond);

    private async Task<WorkloadResult> IdleAsync(Workload workload, string label, CancellationToken stop)
    {
        IReadOnlyList<IdleScore> scores = await new IdleComparison(idle with { Label = label }, progress).RunAsync(stop);
        return new WorkloadResult(
            workload,
            IdleReport.Conditions(idle),
            IdleReport.Table(scores),
            "resident bytes per idle connection (less is better)",
            [.. scores.Select(score => (score.Peer, Math.Max(0, score.ResidentBytes)))]);
    }
}
