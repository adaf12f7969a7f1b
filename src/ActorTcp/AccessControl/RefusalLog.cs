namespace ActorTcp.AccessControl;

/// <summary>Counts refused clients by reason, and limits how often a reason is reported. Used on the listener's loop.</summary>
internal sealed class RefusalLog
{
    /// <summary>The minimum time between two reports of a reason, in milliseconds. A limit can be reached many times a second.</summary>
    public const long Interval = 60_000;

    private static readonly int Reasons = Enum.GetValues<RefuseReason>().Length;

    private readonly long[] _refused = new long[Reasons];
    private readonly long[] _reported = new long[Reasons];
    private readonly long[] _nextReport = new long[Reasons];

    /// <summary>The number of refused clients.</summary>
    public long Total => _refused.Sum();

    /// <summary>The number of refused clients by reason, without the reasons that have none.</summary>
    public IReadOnlyDictionary<RefuseReason, long> ByReason =>
        Enum.GetValues<RefuseReason>().Where(reason => _refused[(int)reason] > 0).ToDictionary(reason => reason, reason => _refused[(int)reason]);

    public void Count(RefuseReason reason) => _refused[(int)reason]++;

    /// <summary>Whether the reason may be reported now.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="now">The time in milliseconds.</param>
    /// <param name="count">The number of clients that were refused for it since its last report.</param>
    public bool TryReport(RefuseReason reason, long now, out long count)
    {
        var i = (int)reason;
        count = _refused[i] - _reported[i];
        if (_nextReport[i] != 0 && now < _nextReport[i])
        {
            return false;
        }

        _nextReport[i] = now + Interval;
        _reported[i] = _refused[i];
        return true;
    }
}
