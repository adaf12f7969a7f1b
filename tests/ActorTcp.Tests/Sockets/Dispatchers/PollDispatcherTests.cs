namespace ActorTcp.Tests.Sockets.Dispatchers;

public sealed class PollDispatcherTests
{
    [Fact]
    public void Each_thread_has_its_own_dispatcher()
    {
        var mine = PollDispatcher.Current;
        Assert.Same(mine, PollDispatcher.Current);
        Assert.NotSame(mine, new ThreadCall<PollDispatcher>(() => PollDispatcher.Current).Value);

        mine.Dispose();
        Assert.NotSame(mine, PollDispatcher.Current);
    }

    [Fact]
    public void A_callback_gets_its_argument_and_its_event()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        object arg = "argument";
        var calls = new List<(object?, IoEvent)>();
        var ev = dispatcher.Event(IoMethod.Write, pair.Client.SockFd, (given, self) =>
        {
            calls.Add((given, self));
            return true;
        }, arg: arg);
        Assert.True(dispatcher.Add(ev));

        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal([(arg, ev)], calls);
        Assert.Equal((IoMethod.Write, pair.Client.SockFd), (ev.Method, ev.Fd));
    }

    [Fact]
    public void Accept_is_Read_and_Connect_is_Write()
        => Assert.Equal((IoMethod.Read, IoMethod.Write), (IoMethod.Accept, IoMethod.Connect));

    [Fact]
    public void An_event_whose_callback_leaves_data_unread_is_called_again()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        var buffer = new byte[1];
        var received = 0;
        Assert.True(dispatcher.Add(dispatcher.Event(IoMethod.Read, pair.Accepted.SockFd, (_, _) =>
        {
            received += pair.Accepted.Recv(buffer, TimeSpan.Zero);
            return true;
        })));
        Assert.Equal(3, pair.Client.Send("abc"));

        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
            Assert.Equal(i, received);
        }

        Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(10)));
    }

    [Fact]
    public void Callback_that_returns_false_is_removed_and_its_errback_is_called()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        var errors = new List<(object?, IoEvent, bool, Exception?)>();
        var ev = dispatcher.Event(
            IoMethod.Write,
            pair.Client.SockFd,
            (_, _) => false,
            (arg, self) => errors.Add((arg, self, dispatcher.Listening(self), self.Error)),
            42);
        Assert.True(dispatcher.Add(ev));

        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal([(42, ev, false, null)], errors);
        Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(10)));
        Assert.True(dispatcher.Add(ev));
        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal(2, errors.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Once_is_removed_before_its_callback_runs_whatever_it_returns(bool answer)
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        var listened = new List<bool>();
        var ev = dispatcher.Event(IoMethod.Write, pair.Client.SockFd, (_, self) =>
        {
            listened.Add(dispatcher.Listening(self));
            return answer;
        });
        Assert.True(dispatcher.Once(ev));
        Assert.True(dispatcher.Listening(ev));

        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(10)));
        Assert.Equal([false], listened);
    }

    [Fact]
    public void Once_may_register_itself_again_from_its_callback()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        var calls = 0;
        var ev = dispatcher.Event(IoMethod.Write, pair.Client.SockFd, (_, self) => ++calls == 3 || !dispatcher.Once(self));
        Assert.True(dispatcher.Once(ev));
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        }

        Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(10)));
        Assert.Equal(3, calls);
    }

    [Fact]
    public void Add_of_a_registered_event_returns_false()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        var ev = Ignoring(dispatcher, IoMethod.Read, pair.Client.SockFd);
        Assert.True(dispatcher.Add(ev));
        Answers.Fails(Errno.EEXIST, dispatcher.Add(ev));
        Answers.Fails(Errno.EEXIST, dispatcher.Once(ev));
        Assert.True(dispatcher.Remove(ev));
        Assert.True(dispatcher.Once(ev));
    }

    [Fact]
    public void Several_events_share_a_descriptor()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        var calls = new List<string>();
        var events = new List<IoEvent>();
        foreach (var (name, method) in new[] { ("read 1", IoMethod.Read), ("write", IoMethod.Write), ("read 2", IoMethod.Read) })
        {
            events.Add(dispatcher.Event(method, pair.Client.SockFd, (_, _) =>
            {
                calls.Add(name);
                return true;
            }));
            Assert.True(dispatcher.Add(events[^1]));
        }

        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal(["write"], calls);
        Assert.True(dispatcher.Remove(events[1]));
        Assert.Equal(1, pair.Accepted.Send("x"));
        calls.Clear();
        Assert.Equal(2, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal(["read 1", "read 2"], calls);
        Assert.True(dispatcher.Remove(events[0]));
        calls.Clear();
        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal(["read 2"], calls);
    }

    [Fact]
    public void Descriptor_that_is_not_open_cannot_be_added()
    {
        using var dispatcher = new PollDispatcher();
        Answers.Fails(Errno.EBADF, dispatcher.Add(Ignoring(dispatcher, IoMethod.Read, -1)));
        Answers.Fails(Errno.EBADF, dispatcher.Add(Ignoring(dispatcher, IoMethod.Read, 1_000_000_000)));
        using var file = File.OpenRead("/proc/self/exe");
        Answers.Fails(Errno.EPERM, dispatcher.Add(Ignoring(dispatcher, IoMethod.Read, (int)file.SafeFileHandle.DangerousGetHandle())));
        Assert.True(dispatcher.Fds().IsEmpty);
    }

    [Fact]
    public void Add_of_a_number_that_is_not_a_descriptor_keeps_no_memory()
    {
        using var dispatcher = new PollDispatcher();
        var events = new[] { int.MaxValue, 1_999_999_999, 1_500_000_000 }.Select(fd => Ignoring(dispatcher, IoMethod.Read, fd)).ToList();
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.All(events, ev => Answers.Fails(Errno.EBADF, dispatcher.Add(ev)));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Invalid_arguments_throw()
    {
        using var dispatcher = new PollDispatcher();
        using var other = new PollDispatcher();
        var ev = Ignoring(other, IoMethod.Read, 0);
        Assert.Throws<ArgumentException>(() => dispatcher.Add(ev));
        Assert.Throws<ArgumentException>(() => dispatcher.Once(ev));
        Assert.Throws<ArgumentException>(() => dispatcher.Remove(ev));
        Assert.Throws<ArgumentException>(() => dispatcher.Listening(ev));
        Assert.Throws<ArgumentNullException>(() => dispatcher.Add(null!));
        Assert.Throws<ArgumentNullException>(() => dispatcher.Listening(null!));
        Assert.Throws<ArgumentNullException>(() => dispatcher.Event(IoMethod.Read, 0, null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => dispatcher.Event((IoMethod)3, 0, (_, _) => true));
        Assert.Throws<ArgumentNullException>(() => dispatcher.Post(null!));
        Assert.Throws<ArgumentNullException>(() => dispatcher.Select(null!));
        Assert.Throws<ArgumentNullException>(() => dispatcher.Forever((Func<bool>)null!));
    }

    [Fact]
    public void Remove_removes_one_or_all_events_but_not_the_calls_of_the_socket()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        var one = Ignoring(dispatcher, IoMethod.Write, pair.Client.SockFd);
        var two = Ignoring(dispatcher, IoMethod.Write, pair.Accepted.SockFd);
        var accepted = 0;
        Assert.True(dispatcher.Accept(pair.Server, (tcp, _) =>
        {
            accepted++;
            tcp.Close();
        }));
        Assert.False(dispatcher.RemoveAll());
        Assert.True(dispatcher.Add(one) && dispatcher.Add(two));
        Assert.True(dispatcher.Remove(one));
        Assert.False(dispatcher.Remove(one));
        Assert.Equal((false, true), (dispatcher.Listening(one), dispatcher.Listening(two)));
        Assert.True(dispatcher.Add(one));
        Assert.True(dispatcher.RemoveAll());
        Assert.Equal((false, false), (dispatcher.Listening(one), dispatcher.Listening(two)));
        Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(10)));

        using var client = Tcp.CreateClient(pair.Server.SockName(), TcpPair.Limit);
        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal(1, accepted);
    }

    [Fact]
    public void Fds_has_the_registered_and_the_users_own_descriptors()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        Assert.True(dispatcher.Fds().IsEmpty);
        Assert.True(dispatcher.Add(Ignoring(dispatcher, IoMethod.Read, pair.Client.SockFd)));
        Assert.True(dispatcher.Add(Ignoring(dispatcher, IoMethod.Write, pair.Client.SockFd)));
        Assert.True(dispatcher.Add(Ignoring(dispatcher, IoMethod.Except, pair.Accepted.SockFd)));
        Assert.True(dispatcher.Accept(pair.Server, (_, _) => { }));
        var user = new FdSets { Reads = { 1000 }, Excepts = { 1001, pair.Accepted.SockFd } };

        var fds = dispatcher.Fds(user);
        Assert.Equal(Sorted(pair.Client.SockFd, pair.Server.SockFd, 1000), fds.Reads.Order());
        Assert.Equal([pair.Client.SockFd], fds.Writes);
        Assert.Equal(Sorted(pair.Accepted.SockFd, 1001), fds.Excepts.Order());
        Assert.Single(user.Reads);
        pair.Client.Close();
        Assert.Equal([pair.Server.SockFd], dispatcher.Fds().Reads);
    }

    [Fact]
    public unsafe void Except_is_called_for_urgent_data()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        var calls = 0;
        Assert.True(dispatcher.Add(dispatcher.Event(IoMethod.Except, pair.Accepted.SockFd, (_, _) => ++calls > 0)));
        Assert.Equal(1, pair.Client.Send("x"));
        Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(20)));
        const int outOfBand = 1;
        byte urgent = 0;
        Assert.Equal(1, Libc.Send(pair.Client.SockFd, &urgent, 1, outOfBand));

        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal(1, calls);
    }

    [Theory]
    [InlineData(IoMethod.Read)]
    [InlineData(IoMethod.Write)]
    [InlineData(IoMethod.Except)]
    public void Broken_connection_is_ready_for_every_method(IoMethod method)
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        Assert.True(pair.Accepted.SetLinger(true, 0));
        pair.Accepted.Close();
        TcpPair.AwaitState(pair.Client, TcpState.Closed);
        Assert.True(dispatcher.Add(dispatcher.Event(method, pair.Client.SockFd, (_, _) => false)));

        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(10)));
    }

    [Fact]
    public void Wait_that_times_out_returns_0()
    {
        using var dispatcher = new PollDispatcher();
        Assert.Equal(0, dispatcher.Poll(TimeSpan.Zero));
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(50)));
        Assert.True(watch.ElapsedMilliseconds >= 49, $"{watch.ElapsedMilliseconds} ms");
        Answers.Fails(Errno.EINVAL, dispatcher.Poll(TimeSpan.FromMilliseconds(-1)));
    }

    internal static IoEvent Ignoring(PollDispatcher dispatcher, IoMethod method, int fd) => dispatcher.Event(method, fd, (_, _) => true);

    private static IEnumerable<int> Sorted(params int[] numbers) => numbers.Order();
}
