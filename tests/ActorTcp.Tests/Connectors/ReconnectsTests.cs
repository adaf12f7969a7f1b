namespace ActorTcp.Tests.Connectors;

public sealed class ReconnectsTests
{
    private static readonly ReconnectPolicy Doubling = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), Factor: 2, Jitter: 0);

    [Fact]
    public void Waits_grow_until_a_connection_lasts_for_ResetAfter()
    {
        var reconnects = new Reconnects(Doubling, 0);
        Assert.Equal([1000, 2000], [Next(reconnects, 0), Next(reconnects, 0)]);

        reconnects.OnDisconnected(0, (long)Doubling.ResetAfter.TotalMilliseconds - 1);
        Assert.Equal(4000, Next(reconnects, 0));

        reconnects.OnDisconnected(0, (long)Doubling.ResetAfter.TotalMilliseconds);
        Assert.Equal(0, reconnects.Attempts);
        Assert.Equal(1000, Next(reconnects, 0));
    }

    [Fact]
    public void MaxAttempts_bounds_the_attempts()
    {
        var reconnects = new Reconnects(Doubling with { MaxAttempts = 2 }, 0);

        Assert.Equal([1000, 2000, null], [Next(reconnects, 0), Next(reconnects, 0), Next(reconnects, 0)]);
        Assert.Equal(2, reconnects.Attempts);
    }

    [Fact]
    public void MaxTime_does_not_count_the_time_of_a_short_connection()
    {
        var reconnects = new Reconnects(Doubling with { Factor = 1, MaxTime = TimeSpan.FromSeconds(3) }, 0);
        Assert.NotNull(Next(reconnects, 1000));

        reconnects.OnDisconnected(2000, 7000);

        Assert.NotNull(Next(reconnects, 7000));
        Assert.Null(Next(reconnects, 7001));
    }

    private static double? Next(Reconnects reconnects, long now) => reconnects.TryNext(now, out var wait) ? wait.TotalMilliseconds : null;
}
