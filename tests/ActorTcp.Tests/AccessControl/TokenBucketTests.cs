namespace ActorTcp.Tests.AccessControl;

/// <summary>The arithmetic of token buckets.</summary>
public sealed class TokenBucketTests
{
    private const long Start = 1_000_000;

    [Fact]
    public void Bucket_has_its_burst_at_once_and_then_its_rate()
    {
        var rate = TokenRate.Of(10, 5);
        TokenBucket bucket = default;

        Assert.Equal(5, TakeAll(ref bucket, rate, Start));
        Assert.Equal(0, bucket.Available(rate, Start + 99));
        Assert.Equal(1, bucket.Available(rate, Start + 100));
        Assert.Equal(100, bucket.NextToken(rate, Start));
        Assert.Equal(10, Enumerable.Range(1, 1000).Sum(i => TakeAll(ref bucket, rate, Start + i)));
        Assert.False(bucket.IsFull(Start + 1000));
        Assert.True(bucket.IsFull(Start + 1500));
        Assert.Equal(5, bucket.Available(rate, Start + 100_000));
    }

    [Fact]
    public void Bucket_without_a_burst_has_the_tokens_of_a_second_and_at_least_one()
    {
        Assert.Equal(200, default(TokenBucket).Available(TokenRate.Of(200, 0), Start));
        Assert.Equal(1, default(TokenBucket).Available(TokenRate.Of(0.1, 0), Start));
    }

    [Fact]
    public void Bucket_with_a_high_rate_has_at_least_the_tokens_of_a_step_of_the_clock()
    {
        var rate = TokenRate.Of(5000, 1);
        TokenBucket bucket = default;

        Assert.Equal(5050, Enumerable.Range(0, 101).Sum(i => TakeAll(ref bucket, rate, Start + (10 * i))));
    }

    [Fact]
    public void Bucket_in_debt_is_out_of_it_when_its_rate_has_paid()
    {
        var rate = TokenRate.Of(1000, 500);
        TokenBucket bucket = default;

        Assert.Equal(1500, bucket.Take(rate, 2000, Start));
        Assert.Equal(1500, bucket.Debt(rate, Start));
        Assert.Equal(1, bucket.Debt(rate, Start + 1499));
        Assert.Equal(0, bucket.Debt(rate, Start + 1500));
        Assert.Equal(1, bucket.Take(rate, 1, Start + 1500));
    }

    [Fact]
    public async Task Tokens_that_several_threads_take_are_all_counted()
    {
        var rate = TokenRate.Of(1_000_000, 1);
        var entry = new AddressEntry(default);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 50_000; i++)
            {
                entry.Received.Take(rate, 10, Start);
            }
        })));

        // 2,000,000 tokens are 2 s, less the 10 ms that a full bucket has.
        Assert.Equal(1990, entry.Received.Debt(rate, Start));
    }

    private static int TakeAll(ref TokenBucket bucket, TokenRate rate, long now)
    {
        var taken = 0;
        for (; bucket.Available(rate, now) > 0; taken++)
        {
            bucket.Take(rate, 1, now);
        }

        return taken;
    }
}
