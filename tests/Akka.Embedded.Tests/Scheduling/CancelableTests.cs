using Akka.Actor;
using Xunit;

namespace Akka.Embedded.Tests.Scheduling;

/// <summary>The handle by which something scheduled is called off.</summary>
public sealed class CancelableTests : EngineTest
{
    [Fact]
    public void It_is_cancelled_once_and_for_all()
    {
        using var cancelable = new Cancelable(Sys.Scheduler);
        Assert.False(cancelable.IsCancellationRequested);
        Assert.False(cancelable.Token.IsCancellationRequested);
        var calls = 0;
        using var registration = cancelable.Token.Register(() => calls++);
        cancelable.Cancel();
        cancelable.Cancel();
        Assert.True(cancelable.IsCancellationRequested);
        Assert.True(cancelable.Token.IsCancellationRequested);
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Its_callbacks_exceptions_come_together_or_the_first_alone()
    {
        using var together = new Cancelable(Sys.Scheduler);
        using var one = together.Token.Register(() => throw new InvalidOperationException("a"));
        using var two = together.Token.Register(() => throw new InvalidOperationException("b"));
        Assert.Equal(2, Assert.Throws<AggregateException>(() => together.Cancel(false)).InnerExceptions.Count);
        using var first = new Cancelable(Sys.Scheduler.Advanced);
        using var three = first.Token.Register(() => throw new InvalidOperationException("a"));
        Assert.Throws<InvalidOperationException>(() => first.Cancel(true));
    }

    [Fact]
    public async Task It_can_cancel_itself_after_a_time()
    {
        foreach (var cancelAfter in new Action<Cancelable>[] { c => c.CancelAfter(20), c => c.CancelAfter(TimeSpan.FromMilliseconds(20)) })
        {
            using var cancelable = new Cancelable(Sys.Scheduler);
            var cancelled = new TaskCompletionSource();
            using var registration = cancelable.Token.Register(cancelled.SetResult);
            cancelAfter(cancelable);
            await cancelled.Task.WaitAsync(Limit);
            Assert.True(cancelable.IsCancellationRequested);
        }
    }

    [Fact]
    public void A_negative_time_is_refused()
    {
        using var cancelable = new Cancelable(Sys.Scheduler);
        Assert.Throws<ArgumentOutOfRangeException>(() => cancelable.CancelAfter(-2));
        Assert.Throws<ArgumentOutOfRangeException>(() => cancelable.CancelAfter(TimeSpan.FromSeconds(-2)));
    }

    [Fact]
    public void There_is_one_that_is_cancelled_from_the_start()
    {
        Assert.True(Cancelable.CreateCanceled().IsCancellationRequested);
        Assert.True(Cancelable.CreateCanceled().Token.IsCancellationRequested);
    }

    [Fact]
    public void A_linked_one_is_cancelled_by_any_of_its_sources_and_not_the_other_way_round()
    {
        using var one = new Cancelable(Sys.Scheduler);
        using var two = new Cancelable(Sys.Scheduler);
        var linked = Cancelable.CreateLinkedCancelable(Sys.Scheduler, one, two);
        var other = Cancelable.CreateLinkedCancelable(Sys.Scheduler, one, two);
        other.Cancel();
        Assert.False(one.IsCancellationRequested || linked.IsCancellationRequested);
        two.Cancel();
        Assert.True(linked.IsCancellationRequested);
        Assert.False(one.IsCancellationRequested);
    }

    [Fact]
    public void A_disposed_one_refuses()
    {
        var cancelable = new Cancelable(Sys.Scheduler);
        cancelable.Dispose();
        Assert.Throws<ObjectDisposedException>(cancelable.Cancel);
    }
}
