namespace ActorTcp.Tests.Memory;

public sealed class LeaseTests
{
    [Fact]
    public void Shared_part_stays_valid_after_the_whole_is_released()
    {
        var bytes = SlabSlice.CopyOf("hello"u8);
        var part = bytes.Share(bytes.Memory[1..3]);
        bytes.Release();

        Assert.Equal("el"u8, part.Span);
        part.Release();
    }

    [Fact]
    public void Narrowed_slice_shares_only_its_remaining_bytes()
    {
        var bytes = SlabSlice.CopyOf("hello"u8);
        var whole = bytes.Memory;

        var narrow = bytes.Narrow(whole[1..4]);

        Assert.Equal("ell"u8, narrow.Span);
        Assert.Throws<ArgumentException>(() => narrow.Share(whole));
        Assert.Throws<ArgumentException>(() => narrow.Share(whole[3..5]));
        Assert.Equal("l"u8, narrow.Share(whole[3..4]).Span);
        Assert.Throws<ArgumentException>(() => narrow.Share("hello"u8.ToArray()));
        Assert.Equal(0, narrow.Share(default).Length);
    }

    [Fact]
    public void Released_lease_throws_although_its_memory_is_used_again()
    {
        var lease = Lease.CopyOf("hello"u8);
        lease.Release();
        var next = Lease.CopyOf("other"u8);

        Assert.Throws<ObjectDisposedException>(() => lease.Memory);
        Assert.Throws<ObjectDisposedException>(() => lease.Span.Length);
        Assert.Throws<ObjectDisposedException>(lease.Release);
        Assert.Equal("other"u8, next.Span);
        next.Release();
    }

    [Fact]
    public void Memory_that_another_thread_releases_is_used_again_by_the_thread_that_rented_it()
    {
        var rented = new HashSet<Slab>(Enumerable.Range(0, 8).Select(_ => ThreadSlabs.Rent(ThreadSlabs.LargestKept / 8)));
        var other = new Thread(() => { foreach (var slab in rented) { slab.Release(); } });
        other.Start();
        other.Join();

        var again = Enumerable.Range(0, 2).Select(_ => ThreadSlabs.Rent(ThreadSlabs.LargestKept / 8)).ToList();

        Assert.All(again, slab => Assert.Contains(slab, rented));
        again.ForEach(slab => slab.Release());
    }

    [Fact]
    public void Checked_memory_is_overwritten_when_it_is_released_and_not_rented_again()
    {
        var checks = new LeaseChecks();
        var slab = checks.Rent(8);
        slab.Span(0, 8).Clear();
        var lease = new Lease(new SlabSlice(slab, 0, 8));
        Assert.Equal(1, checks.HeldSlabs);

        lease.Release();

        Assert.Equal(0, checks.HeldSlabs);
        Assert.All(slab.Slice(0, 8).ToArray(), one => Assert.Equal(LeaseChecks.Poison, one));
        Assert.NotSame(slab, checks.Rent(8));
        var again = Assert.Throws<ObjectDisposedException>(lease.Release);
        Assert.Contains(nameof(Checked_memory_is_overwritten_when_it_is_released_and_not_rented_again), again.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(100_000)]
    [InlineData(ThreadSlabs.LargestKept)]
    public void The_memory_of_a_copy_is_used_again_when_it_is_released(int length)
    {
        var bytes = new byte[length];
        Assert.Equal(0, Allocation.InSteadyState(() => SlabSlice.CopyOf(bytes).Release()));
    }

    [Fact]
    public void A_thread_keeps_no_more_memory_than_its_bound()
    {
        var leases = Enumerable.Range(0, 100).Select(_ => Lease.CopyOf(new byte[ThreadSlabs.LargestKept])).ToList();
        leases.ForEach(lease => lease.Release());
        var before = GC.GetAllocatedBytesForCurrentThread();

        var (first, second) = (ThreadSlabs.Rent(ThreadSlabs.LargestKept), ThreadSlabs.Rent(ThreadSlabs.LargestKept));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, ThreadSlabs.LargestKept, ThreadSlabs.LargestKept + (64 * 1024));
        first.Release();
        second.Release();
    }

    [Fact]
    public void Slab_above_the_largest_size_has_the_requested_size_and_is_not_kept()
    {
        var slab = ThreadSlabs.Rent(ThreadSlabs.LargestKept + 1);
        Assert.Equal(ThreadSlabs.LargestKept + 1, slab.Size);
        slab.Release();

        var other = ThreadSlabs.Rent(ThreadSlabs.LargestKept + 1);

        Assert.NotSame(slab, other);
        other.Release();
    }
}
