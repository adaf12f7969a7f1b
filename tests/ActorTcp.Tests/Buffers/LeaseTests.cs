using ActorTcp.Buffers;
using ActorTcp.Tests.Support;

namespace ActorTcp.Tests.Buffers;

public sealed class LeaseTests
{
    [Fact]
    public void A_part_that_is_shared_is_leased_on_its_own()
    {
        var lease = Lease.CopyOf("hello"u8);
        var part = lease.Share(lease.Memory[1..3]);
        lease.Release();

        Assert.Equal("el"u8, part.Span);
        part.Release();
    }

    [Fact]
    public void A_lease_kept_for_a_part_is_a_lease_on_that_part_only()
    {
        var lease = Lease.CopyOf("hello"u8);
        var whole = lease.Memory;

        lease.Narrow(whole[1..4]);

        Assert.Equal("ell"u8, lease.Span);
        Assert.Throws<ArgumentException>(() => lease.Share(whole));
        Assert.Throws<ArgumentException>(() => lease.Share(whole[3..5]));
        Assert.Equal("l"u8, lease.Share(whole[3..4]).Span);
        lease.Release();
    }

    [Fact]
    public void Bytes_of_others_are_no_part_and_no_bytes_are_a_part_of_any()
    {
        var lease = Lease.CopyOf("hello"u8);

        Assert.Throws<ArgumentException>(() => lease.Share("hello"u8.ToArray()));
        Assert.Equal(0, lease.Share(default).Length);
        lease.Release();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(100_000)]
    [InlineData(FrameSlabs.LargestKept)]
    public void The_memory_of_a_copy_is_used_again_when_it_is_released(int length)
    {
        var bytes = new byte[length];
        Assert.Equal(0, Allocation.InSteadyState(() => Lease.CopyOf(bytes).Release()));
    }

    [Fact]
    public void A_thread_keeps_no_more_memory_than_its_bound()
    {
        var leases = Enumerable.Range(0, 100).Select(_ => Lease.CopyOf(new byte[FrameSlabs.LargestKept])).ToList();
        leases.ForEach(lease => lease.Release());
        var before = GC.GetAllocatedBytesForCurrentThread();

        var (first, second) = (FrameSlabs.Rent(FrameSlabs.LargestKept), FrameSlabs.Rent(FrameSlabs.LargestKept));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, FrameSlabs.LargestKept, FrameSlabs.LargestKept + (64 * 1024));
        first.Release();
        second.Release();
    }

    [Fact]
    public void A_slab_above_the_largest_size_is_as_large_as_asked_for_and_not_kept()
    {
        var slab = FrameSlabs.Rent(FrameSlabs.LargestKept + 1);
        Assert.Equal(FrameSlabs.LargestKept + 1, slab.Size);
        slab.Release();

        var other = FrameSlabs.Rent(FrameSlabs.LargestKept + 1);

        Assert.NotSame(slab, other);
        other.Release();
    }
}
