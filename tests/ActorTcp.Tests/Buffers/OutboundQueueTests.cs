namespace ActorTcp.Tests.Buffers;

public sealed class OutboundQueueTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_the_kernel_takes_at_a_time_all_bytes_leave_in_order_and_each_tag_comes_back_when_its_last_byte_left(int seed)
    {
        var random = new Random(seed);
        var queue = new OutboundQueue();
        var expected = new List<byte>();
        var sentBytes = new List<byte>();
        var tagsAt = new Queue<(object Tag, long At)>();
        for (var step = 0; step < 2000; step++)
        {
            if (random.Next(2) == 0)
            {
                var bytes = new byte[random.Next(1, random.Next(20) == 0 ? 5000 : 50)];
                random.NextBytes(bytes);
                expected.AddRange(bytes);
                var tag = random.Next(3) == 0 ? new object() : null;
                if (tag is not null)
                {
                    tagsAt.Enqueue((tag, expected.Count));
                }

                queue.Enqueue(new OutboundSegment(bytes, null, tag));
            }
            else
            {
                TakeSome(queue, random.Next(0, 700), sentBytes, tagsAt);
            }

            Assert.Equal(expected.Count - sentBytes.Count, queue.Bytes);
        }

        TakeSome(queue, int.MaxValue, sentBytes, tagsAt);
        Assert.Equal(expected, sentBytes);
        Assert.Empty(tagsAt);
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void A_segment_without_bytes_leaves_right_behind_the_one_before_it()
    {
        var queue = new OutboundQueue();
        queue.Enqueue(new OutboundSegment(new byte[3], null, "first"));
        queue.Enqueue(new OutboundSegment(ReadOnlyMemory<byte>.Empty, null, "mark 1"));
        queue.Enqueue(new OutboundSegment(ReadOnlyMemory<byte>.Empty, null, "mark 2"));
        queue.Enqueue(new OutboundSegment(new byte[2], null, "last"));

        var sent = 2L;
        Assert.False(queue.Advance(ref sent, out _));
        sent = 1L;
        var left = new List<object?>();
        while (queue.Advance(ref sent, out var finished))
        {
            left.Add(finished.Tag);
        }

        Assert.Equal(["first", "mark 1", "mark 2"], left);
        Assert.Equal((2L, 1), (queue.Bytes, queue.Count));
    }

    [Fact]
    public void A_small_lease_that_has_to_wait_is_copied_and_given_back()
    {
        var pool = new SlabPool();
        var lease = Received(pool, "wait for it"u8);
        var queue = new OutboundQueue();
        queue.Enqueue(new OutboundSegment(lease.Memory, lease.Slab, null), 5);

        queue.CopySmallLeases(0);

        Assert.True(lease.Slab!.IsUnused);
        Assert.Equal("for it"u8.ToArray(), queue.Peek(0).ToArray());
    }

    [Fact]
    public void Leases_given_back_let_the_slab_be_used_again_from_its_start()
    {
        var pool = new SlabPool();
        var first = Received(pool, "abc"u8);
        unsafe
        {
            var start = first.Offset;
            var second = Received(pool, "def"u8);
            Assert.True(second.Offset == start + 3);
            first.Release();
            second.Release();
            var third = Received(pool, "ghi"u8);
            Assert.True(third.Offset == start);
        }
    }

    private static unsafe SlabSlice Received(SlabPool pool, ReadOnlySpan<byte> bytes)
    {
        var room = pool.Room(out var length);
        bytes.CopyTo(new Span<byte>(room, length));
        return pool.Take(bytes.Length);
    }

    private static void TakeSome(OutboundQueue queue, long most, List<byte> sentBytes, Queue<(object Tag, long At)> tagsAt)
    {
        var sent = Math.Min(most, queue.Bytes);
        var left = sent;
        for (var i = 0; left > 0; i++)
        {
            var piece = queue.Peek(i).Span;
            piece = piece[..(int)Math.Min(piece.Length, left)];
            sentBytes.AddRange(piece);
            left -= piece.Length;
        }

        while (queue.Advance(ref sent, out var finished))
        {
            if (finished.Tag is null)
            {
                continue;
            }

            var (tag, at) = tagsAt.Dequeue();
            Assert.Same(tag, finished.Tag);
            Assert.True(at <= sentBytes.Count, "a tag came back before its last byte left");
        }
    }
}
