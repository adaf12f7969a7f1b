namespace ActorTcp.AccessControl;

/// <summary>The rate at which tokens are added to a <see cref="TokenBucket"/>, and the number of tokens in a full one. The default value is no limit.</summary>
internal readonly record struct TokenRate
{
    private const double NanosecondsPerSecond = 1e9;

    /// <summary>The clock of a loop advances in steps of up to 10 ms. A smaller bucket would lose the tokens of a step.</summary>
    private const double LeastBurstSeconds = 0.01;

    private readonly double _nanosecondsPerToken;

    private TokenRate(double perSecond, double burst)
    {
        _nanosecondsPerToken = NanosecondsPerSecond / perSecond;
        Burst = Cost(Math.Max(1, Math.Max(burst, perSecond * LeastBurstSeconds)));
    }

    public bool IsLimited => _nanosecondsPerToken > 0;

    /// <summary>The time in which an empty bucket becomes full, in nanoseconds.</summary>
    public long Burst { get; }

    /// <param name="perSecond">The number of tokens that are added per second; 0 is no limit.</param>
    /// <param name="burst">The number of tokens in a full bucket; 0 is as many as in one second.</param>
    public static TokenRate Of(double perSecond, double burst) => perSecond <= 0 ? default : new TokenRate(perSecond, burst > 0 ? burst : perSecond);

    /// <summary>The time in which tokens are added, in nanoseconds.</summary>
    public long Cost(double tokens) => (long)Math.Ceiling(tokens * _nanosecondsPerToken);
}
