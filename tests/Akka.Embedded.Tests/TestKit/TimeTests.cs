using Akka.Actor;
using Akka.TestKit;
using Xunit;
using Xunit.Sdk;

namespace Akka.Embedded.Tests.TestKit;

/// <summary>Limits on time: Within, AwaitAssert, AwaitCondition, latches, and their dilation.</summary>
public sealed class TimeTests : EngineTest
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    // Twice as slow, to tell dilated from given times.
    public TimeTests() : base("akka.test.timefactor = 2.0")
    {
    }

    [Fact]
    public void Times_can_be_dilated_by_the_configured_factor()
    {
        Assert.Equal(TimeSpan.FromSeconds(6), Dilated(TimeSpan.FromSeconds(3)));
        Assert.Throws<ArgumentException>(() => Dilated(TimeSpan.FromSeconds(-1)));
    }

    [Fact]
    public async Task Within_bounds_the_expectations_inside()
    {
        await WithinAsync(TimeSpan.FromSeconds(30), async () =>
        {
            Assert.InRange(Remaining, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));
            TestActor.Tell("m");
            await ExpectMsgAsync("m");
            await WithinAsync(TimeSpan.FromSeconds(5), () =>
            {
                Assert.InRange(Remaining, TimeSpan.Zero, TimeSpan.FromSeconds(10));
                return Task.CompletedTask;
            });
        });
        var start = DateTime.UtcNow;
        // Odd but so: the failure may come wrapped in an AggregateException.
        var error = await Record.ExceptionAsync(() => WithinAsync(Short, async () => await ExpectMsgAsync<int>()));
        Assert.IsAssignableFrom<XunitException>(error.GetBaseException());
        Assert.True(DateTime.UtcNow - start < Limit);
    }

    [Fact]
    public void Within_comes_without_async_too_and_gives_a_value()
    {
        Within(Limit, () =>
        {
            TestActor.Tell("m");
            ExpectMsg("m");
        });
        Assert.Equal(3, Within(Limit, () => 3));
    }

    [Fact]
    public async Task Within_leaves_a_block_that_takes_too_long_and_fails()
    {
        var never = new TaskCompletionSource();
        var error = await Assert.ThrowsAnyAsync<XunitException>(() => WithinAsync(TimeSpan.Zero, Short, () => never.Task, "why so slow"));
        Assert.Contains("Block was still running after 00:", error.Message, StringComparison.Ordinal);
        Assert.Contains("exceeding the maximum allowed duration of 00:00:00.1", error.Message, StringComparison.Ordinal);
        Assert.Contains("why so slow", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Within_fails_a_block_that_has_taken_too_long()
    {
        var error = Assert.ThrowsAny<XunitException>(() => Within(Short, () => Thread.Sleep(Short * 8)));
        Assert.Contains("Block took 00:", error.Message, StringComparison.Ordinal);
        Assert.Contains("exceeding 00:00:00.1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Within_fails_a_block_that_is_too_fast()
    {
        var error = await Assert.ThrowsAnyAsync<XunitException>(
            () => WithinAsync(TimeSpan.FromSeconds(5), Limit, () => Task.CompletedTask, "why so fast"));
        Assert.Contains("should have at least been", error.Message, StringComparison.Ordinal);
        Assert.Contains("why so fast", error.Message, StringComparison.Ordinal);
        Assert.ThrowsAny<XunitException>(() => Within(TimeSpan.FromSeconds(5), Limit, () => { }));
    }

    [Fact]
    public void Outside_of_Within_there_is_no_remaining_time()
        => Assert.Throws<InvalidOperationException>(() => Remaining);

    [Fact]
    public async Task AwaitAssert_repeats_until_the_assertion_holds()
    {
        var count = 0;
        await AwaitAssertAsync(() => Assert.True(++count >= 3), Limit, TimeSpan.FromMilliseconds(5));
        Assert.Equal(3, count);
        await AwaitAssertAsync(async () =>
        {
            await Task.Yield();
            Assert.True(++count >= 6);
        }, Limit, TimeSpan.FromMilliseconds(5));
        AwaitAssert(() => Assert.True(++count >= 9), Limit, TimeSpan.FromMilliseconds(5));
        Assert.Equal(9, count);
    }

    [Fact]
    public async Task AwaitAssert_fails_with_the_last_failure()
    {
        // On a busy machine its time may have passed behind the first attempt.
        Assert.True(await InOneOfAFew(async () =>
        {
            var count = 0;
            var error = await Assert.ThrowsAnyAsync<XunitException>(() => AwaitAssertAsync(
                () => Assert.Fail($"attempt {++count}"), TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(5)));
            Assert.Contains($"attempt {count}", error.Message, StringComparison.Ordinal);
            return count > 1;
        }));
    }

    [Fact]
    public async Task AwaitCondition_waits_for_true_or_fails_with_the_message()
    {
        var count = 0;
        await AwaitConditionAsync(() => Task.FromResult(++count >= 2), Limit);
        AwaitCondition(() => ++count >= 4, Limit);
        var error = await Assert.ThrowsAnyAsync<XunitException>(() => AwaitConditionAsync(() => Task.FromResult(false), Short));
        Assert.Contains("expired while waiting for condition", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_latch_opens_when_it_has_been_counted_down()
    {
        var latch = CreateTestLatch(2);
        Assert.False(latch.IsOpen);
        var opening = Task.Run(() =>
        {
            latch.CountDown();
            latch.CountDown();
        });
        latch.Ready(Limit);
        await opening;
        Assert.True(latch.IsOpen);
        latch.Reset();
        Assert.False(latch.IsOpen);
        latch.Open();
        latch.Ready();
    }

    [Fact]
    public void A_latch_that_stays_shut_times_out()
    {
        Assert.Throws<TimeoutException>(() => new TestLatch().Ready(Short));
        Assert.Throws<TimeoutException>(() => new TestLatch(3).Ready(Short));
        Assert.Throws<TimeoutException>(() => CreateTestLatch().Ready(Short));
    }

    [Fact]
    public void The_settings_can_be_read()
    {
        Assert.Equal(TimeSpan.FromSeconds(20), TestKitSettings.DefaultTimeout);
        Assert.Equal(TimeSpan.FromSeconds(20), TestKitSettings.SingleExpectDefault);
        Assert.Equal(2.0, TestKitSettings.TestTimeFactor);
    }
}
