namespace ActorTcp.Benchmarks.Engine;

/// <summary>A measure and what its rounds came to.</summary>
internal sealed class EngineScore(EngineMeasure measure)
{
    private readonly List<EngineSample> _samples = [];

    internal EngineMeasure Measure => measure;

    internal double Median => MedianOf(_samples.Select(sample => sample.Value));

    internal double Least => _samples.Min(sample => sample.Value);

    /// <summary>Hardly depends on what else the machine does.</summary>
    internal double? Cpu => _samples[0].Cpu is null ? null : MedianOf(_samples.Select(sample => sample.Cpu!.Value));

    internal double? Allocated => _samples[0].Allocated is null ? null : MedianOf(_samples.Select(sample => sample.Allocated!.Value));

    internal void Add(EngineSample sample) => _samples.Add(sample);

    private static double MedianOf(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
