namespace ActorTcp.Tests.Sockets.Dispatchers;

public sealed class PollDispatcherSelectTests
{
    [Fact]
    public void Select_returns_when_a_connect_times_out_and_Poll_calls_its_callback()
    {
        using var dispatcher = new PollDispatcher();
        using var full = new FullBacklog();
        var limit = TimeSpan.FromMilliseconds(50);
        var errors = new List<Errno>();
        var began = Stopwatch.GetTimestamp();
        using var client = dispatcher.CreateClient(full.Address, (tcp, _) => errors.Add(tcp.Error()), limit);

        Assert.True(dispatcher.Select(new FdSets())!.IsEmpty);

        Assert.True(Stopwatch.GetElapsedTime(began) >= limit);
        Assert.Empty(errors);
        Assert.Equal(1, dispatcher.Poll(TimeSpan.Zero));
        Assert.Equal([Errno.ETIMEDOUT], errors);
    }

    [Fact]
    public void Several_connects_time_out_in_order_and_never_early()
    {
        using var dispatcher = new PollDispatcher();
        using var full = new FullBacklog();
        int[] limits = [90, 30, 60, 1];
        var ended = new List<int>();
        var clients = new List<Tcp?>();
        foreach (var limit in limits)
        {
            var began = Stopwatch.GetTimestamp();
            clients.Add(dispatcher.CreateClient(full.Address, (_, _) =>
            {
                Assert.True(Stopwatch.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(limit), $"{limit} ms ended early");
                ended.Add(limit);
            }, TimeSpan.FromMilliseconds(limit)));
        }

        while (ended.Count < limits.Length)
        {
            Assert.True(dispatcher.Poll(TcpPair.Limit) > 0);
        }

        Assert.Equal(limits.Order(), ended);
        clients.ForEach(client => client!.Close());
    }

    [Fact]
    public void Select_returns_the_users_ready_descriptors()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        var (client, accepted) = (pair.Client.SockFd, pair.Accepted.SockFd);
        Assert.Equal(1, pair.Client.Send("x"));
        Eventually.Holds(() => pair.Accepted.Pending() == 1);
        var ready = dispatcher.Select(new FdSets { Reads = { client, accepted }, Writes = { client }, Excepts = { accepted } }, TcpPair.Limit)!;

        Assert.Equal([accepted], ready.Reads);
        Assert.Equal([client], ready.Writes);
        Assert.Empty(ready.Excepts);
    }

    [Fact]
    public void Ready_event_ends_the_wait_of_Select_and_is_left_for_Poll()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        var calls = 0;
        Assert.True(dispatcher.Add(dispatcher.Event(IoMethod.Write, pair.Client.SockFd, (_, _) => ++calls > 0)));

        Assert.True(dispatcher.Select(new FdSets { Reads = { pair.Client.SockFd } }, TcpPair.Limit)!.IsEmpty);
        Assert.Equal(0, calls);
        Assert.Equal(1, dispatcher.Poll(TimeSpan.Zero));
        Assert.Equal(1, calls);
    }

    [Fact]
    public void A_post_ends_the_wait()
    {
        using var dispatcher = new PollDispatcher();
        var waiting = new ThreadCall<FdSets?>(() => dispatcher.Select(new FdSets()));
        Eventually.Holds(() => dispatcher.IsTurning);
        var ran = false;
        Assert.True(dispatcher.Post(() => ran = true));

        Assert.True(waiting.Value!.IsEmpty);
        Assert.True(dispatcher.Select(new FdSets())!.IsEmpty);
        Assert.False(ran);
        Assert.Equal(1, dispatcher.Poll(TimeSpan.Zero));
        Assert.True(ran);
    }

    [Fact]
    public void Wait_that_times_out_returns_no_descriptor()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        var watch = Stopwatch.StartNew();
        Assert.True(dispatcher.Select(new FdSets { Reads = { pair.Client.SockFd } }, TimeSpan.FromMilliseconds(50))!.IsEmpty);
        Assert.True(watch.ElapsedMilliseconds >= 49, $"{watch.ElapsedMilliseconds} ms");
        Assert.True(dispatcher.Select(new FdSets(), TimeSpan.Zero)!.IsEmpty);
    }

    [Fact]
    public void A_number_that_is_not_open_is_EBADF_and_a_negative_time_out_EINVAL()
    {
        using var dispatcher = new PollDispatcher();
        Answers.Fails(Errno.EBADF, dispatcher.Select(new FdSets { Reads = { -1 } }, TimeSpan.Zero));
        Answers.Fails(Errno.EBADF, dispatcher.Select(new FdSets { Excepts = { 1_000_000_000 } }));
        Answers.Fails(Errno.EINVAL, dispatcher.Select(new FdSets(), TimeSpan.FromMilliseconds(-1)));
    }
}
