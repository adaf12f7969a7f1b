namespace ActorTcp.Benchmarks.Echo;

/// <summary>One measurement of one server.</summary>
/// <param name="PerSecond">Echoes per second.</param>
/// <param name="ServerCpuMicros">Server CPU per echo, in microseconds.</param>
/// <param name="ServerBusy">Server CPU per time: 1 is one core in full.</param>
/// <param name="ClientBusy">The share of the time in which the client worked rather than waited.</param>
/// <param name="Others">The share of the cores of both that went to other processes, or to other guests of the host.</param>
/// <param name="AllocatedPerEcho">Bytes of managed heap per echo; null where the server has none.</param>
internal sealed record EchoRound(
    double PerSecond,
    double ServerCpuMicros,
    double ServerBusy,
    double ClientBusy,
    double Others,
    double? AllocatedPerEcho)
{
    internal double ClientMicros => ClientBusy * 1e6 / PerSecond;
}
