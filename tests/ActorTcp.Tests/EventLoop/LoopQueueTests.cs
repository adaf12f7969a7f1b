namespace ActorTcp.Tests.EventLoop;

public sealed class LoopQueueTests
{
    [Fact]
    public void Items_keep_their_order_over_many_growths_and_wraps()
    {
        var queue = default(LoopQueue<int>);
        var added = 0;
        var taken = 0;
        for (var round = 1; round < 500; round++)
        {
            for (var i = 0; i < round % 37; i++)
            {
                queue.EnqueueLocal(added++);
            }

            for (var i = 0; i < round % 23 && queue.TryDequeue(out var item); i++)
            {
                Assert.Equal(taken++, item);
            }
        }

        while (queue.TryDequeue(out var item))
        {
            Assert.Equal(taken++, item);
        }

        Assert.Equal(added, taken);
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void Items_pushed_from_outside_and_then_added_on_the_loop_keep_their_order()
    {
        var queue = default(LoopQueue<int>);
        queue.Push(1);
        queue.Push(2);
        queue.EnqueueLocal(3);
        queue.Push(4);

        Assert.Equal(4, queue.Count);
        Assert.Equal([1, 2, 3, 4], Drain(ref queue));
    }

    [Fact]
    public void Item_put_first_comes_before_all_others_including_pushed_ones()
    {
        var queue = default(LoopQueue<int>);
        queue.Push(2);
        queue.EnqueueLocal(3);
        queue.Push(4);
        queue.EnqueueFirstLocal(1);

        Assert.Equal([1, 2, 3, 4], Drain(ref queue));
    }

    [Fact]
    public async Task Items_pushed_by_several_threads_arrive_once_and_in_the_order_of_each_thread()
    {
        const int pushers = 4;
        const int each = 100_000;
        var box = new Box();
        var pushing = Enumerable.Range(0, pushers).Select(pusher => Task.Run(() =>
        {
            for (var i = 0; i < each; i++)
            {
                box.Queue.Push((pusher, i));
            }
        })).ToArray();

        var next = new int[pushers];
        for (var taken = 0; taken < pushers * each;)
        {
            if (box.Queue.TryDequeue(out var item))
            {
                Assert.Equal(next[item.Pusher]++, item.Number);
                taken++;
            }
            else
            {
                await Task.Yield();
            }
        }

        await Task.WhenAll(pushing);
        Assert.True(box.Queue.IsEmpty);
    }

    private static List<int> Drain(ref LoopQueue<int> queue)
    {
        var items = new List<int>();
        while (queue.TryDequeue(out var item))
        {
            items.Add(item);
        }

        return items;
    }

    private sealed class Box
    {
        public LoopQueue<(int Pusher, int Number)> Queue;
    }
}
