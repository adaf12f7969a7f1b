namespace ActorTcp.Tests.Memory;

public sealed class OutboundQueueTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Bytes_of_partial_sends_leave_in_order_and_each_tag_returns_with_its_last_byte(int seed)
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

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Removing_bytes_leaves_all_others_in_order_with_their_tags(int seed)
    {
        var random = new Random(seed);
        var queue = new OutboundQueue();

        // The queued segments in order, each with the number of its sent bytes.
        var model = new List<(byte[] Bytes, object? Tag)>();
        var taken = 0;
        for (var step = 0; step < 5000; step++)
        {
            var choice = random.Next(4);
            if (choice < 2)
            {
                var parts = Enumerable.Range(0, random.Next(1, 4)).Select(_ => new byte[random.Next(1, random.Next(10) == 0 ? 5000 : 50)]).ToArray();
                Array.ForEach(parts, random.NextBytes);
                var tag = random.Next(2) == 0 ? new object() : null;
                for (var i = 0; i < parts.Length; i++)
                {
                    queue.Enqueue(new OutboundSegment(parts[i], null, i == parts.Length - 1 ? tag : null));
                }

                model.Add(([.. parts.SelectMany(part => part)], tag));
            }
            else if (choice == 2)
            {
                for (var left = random.Next(300); left > 0 && !queue.IsEmpty;)
                {
                    var head = queue.Peek(0).Span;
                    var count = Math.Min(left, head.Length);
                    Assert.True(model[0].Bytes.AsSpan(taken).StartsWith(head[..Math.Min(count, model[0].Bytes.Length - taken)]));
                    count = Math.Min(count, model[0].Bytes.Length - taken);
                    long sent = count;
                    var hasFinished = queue.Advance(ref sent, out var finished);
                    left -= count;
                    taken += count;
                    if (taken == model[0].Bytes.Length)
                    {
                        Assert.Same(model[0].Tag, hasFinished ? finished.Tag : null);
                        model.RemoveAt(0);
                        taken = 0;
                    }
                }
            }
            else if (model.Skip(taken > 0 ? 1 : 0).Where(item => item.Tag is not null).ToList() is { Count: > 0 } removable)
            {
                var item = removable[random.Next(removable.Count)];
                queue.Remove(item.Tag!, item.Bytes.Length);
                model.Remove(item);
            }

            Assert.Equal(model.Sum(item => item.Bytes.Length) - taken, queue.Bytes);
        }

        var rest = Enumerable.Range(0, queue.Count).SelectMany(i => queue.Peek(i).ToArray());
        Assert.Equal(model.SelectMany(item => item.Bytes).Skip(taken), rest);
    }

    [Fact]
    public void Empty_segment_leaves_directly_after_the_one_before_it()
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
    public void Small_lease_that_is_queued_is_copied_and_released()
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
    public void Released_leases_let_the_slab_be_used_again_from_its_start()
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
