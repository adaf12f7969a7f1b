namespace ActorTcp.Tests.Sockets.Dispatchers;

/// <summary>Events of a turn: removal, reuse of descriptor numbers, exceptions, posts, and disposal.</summary>
public sealed class PollDispatcherTurnTests
{
    [Fact]
    public void Event_removed_in_a_turn_is_not_called_although_the_kernel_reported_it()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        var calls = 0;
        var events = new List<IoEvent>();
        foreach (var fd in new[] { pair.Client.SockFd, pair.Accepted.SockFd, pair.Client.SockFd })
        {
            events.Add(dispatcher.Event(IoMethod.Write, fd, (_, self) =>
            {
                calls++;
                events.ForEach(other => dispatcher.Remove(other));
                return true;
            }));
        }

        Assert.All(events, ev => Assert.True(dispatcher.Add(ev)));
        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal(1, calls);
        Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(10)));
    }

    [Fact]
    public void Event_removed_and_added_again_in_a_turn_is_called_from_the_next_turn_on()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        var calls = new List<int>();
        IoEvent? second = null;
        var first = dispatcher.Event(IoMethod.Write, pair.Client.SockFd, (_, _) =>
        {
            calls.Add(1);
            Assert.True(dispatcher.Remove(second!));
            Assert.True(dispatcher.Add(second!));
            return calls.Count < 2;
        });
        second = dispatcher.Event(IoMethod.Write, pair.Client.SockFd, (_, _) =>
        {
            calls.Add(2);
            return false;
        });
        Assert.True(dispatcher.Add(first) && dispatcher.Add(second));

        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal([1, 1, 2], calls);
    }

    [Fact]
    public void Reused_descriptor_number_never_receives_the_old_event()
        => Children.ChildProcess.Run(ReuseNumbers);

    [Fact]
    public void Closing_a_socket_removes_its_events_on_any_thread()
    {
        using var dispatcher = new PollDispatcher();
        foreach (var elsewhere in new[] { false, true })
        {
            using var pair = new TcpPair();
            var ev = dispatcher.Event(IoMethod.Write, pair.Client.SockFd, (_, _) => throw new InvalidOperationException("called"));
            Assert.True(dispatcher.Add(ev));
            if (elsewhere)
            {
                Assert.True(new ThreadCall<bool>(() =>
                {
                    pair.Client.Close();
                    return true;
                }).Value);
            }
            else
            {
                pair.Client.Close();
            }

            Assert.False(dispatcher.Listening(ev));
            Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(10)));
            Answers.Fails(Errno.EBADF, dispatcher.Add(Ignoring(dispatcher, pair.Client.SockFd)));
        }
    }

    [Fact]
    public void Exception_goes_to_the_errback_and_stops_no_other_callback()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        var thrown = new InvalidOperationException("mine");
        var reported = new List<(object?, Exception?, bool)>();
        var others = 0;
        var failing = dispatcher.Event(
            IoMethod.Write,
            pair.Client.SockFd,
            (_, _) => throw thrown,
            (arg, ev) => reported.Add((arg, ev.Error, dispatcher.Listening(ev))),
            "arg");
        Assert.True(dispatcher.Add(failing));
        foreach (var fd in new[] { pair.Client.SockFd, pair.Accepted.SockFd })
        {
            Assert.True(dispatcher.Add(dispatcher.Event(IoMethod.Write, fd, (_, _) => ++others > 0)));
        }

        Assert.Equal(3, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal([("arg", thrown, false)], reported);
        Assert.Equal(2, others);
        Assert.Equal(2, dispatcher.Poll(TcpPair.Limit));
    }

    [Fact]
    public void Poll_throws_an_exception_without_an_errback_at_the_end_of_the_turn()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        var others = 0;
        var failing = dispatcher.Event(IoMethod.Write, pair.Client.SockFd, (_, _) => throw new InvalidOperationException("mine"));
        Assert.True(dispatcher.Add(failing));
        Assert.True(dispatcher.Add(dispatcher.Event(IoMethod.Write, pair.Accepted.SockFd, (_, _) => ++others > 0)));
        Assert.True(dispatcher.Post(() => others += 10));

        var thrown = Assert.Throws<InvalidOperationException>(() => dispatcher.Poll(TcpPair.Limit));
        Assert.Equal("mine", thrown.Message);
        Assert.Equal(11, others);
        Assert.False(dispatcher.Listening(failing));
        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
    }

    [Fact]
    public void Poll_throws_all_exceptions_of_a_turn_together_including_errbacks_and_posts()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        Assert.True(dispatcher.Add(dispatcher.Event(IoMethod.Write, pair.Client.SockFd, (_, _) => throw new InvalidOperationException("callback"))));
        Assert.True(dispatcher.Add(dispatcher.Event(
            IoMethod.Write, pair.Client.SockFd, (_, _) => false, (_, _) => throw new InvalidOperationException("errback"))));
        Assert.True(dispatcher.Post(() => throw new InvalidOperationException("post")));

        var thrown = Assert.Throws<AggregateException>(() => dispatcher.Poll(TcpPair.Limit));
        Assert.Equal(["callback", "errback", "post"], thrown.InnerExceptions.Select(failure => failure.Message));
        Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(10)));
    }

    [Fact]
    public void Poll_continues_if_Unhandled_receives_the_exceptions()
    {
        using var dispatcher = new PollDispatcher();
        var reported = new List<string>();
        dispatcher.Unhandled = failure => reported.Add(failure.Message);
        Assert.True(dispatcher.Post(() => throw new InvalidOperationException("one")));
        Assert.True(dispatcher.Post(() => throw new InvalidOperationException("two")));

        Assert.Equal(2, dispatcher.Poll(TcpPair.Limit) / 2);
        Assert.Equal(["one", "two"], reported);
    }

    [Fact]
    public void A_post_from_any_thread_wakes_the_dispatcher_and_none_is_lost()
    {
        using var dispatcher = new PollDispatcher();
        const int threads = 4;
        const int each = 10_000;
        var ran = new int[threads];
        var posting = Enumerable.Range(0, threads).Select(thread => new ThreadCall<bool>(() =>
        {
            for (var i = 0; i < each; i++)
            {
                var number = i;
                Assert.True(dispatcher.Post(() => Assert.Equal(number, ran[thread]++)));
            }

            return true;
        })).ToList();
        var calls = 0;
        while (calls < threads * each)
        {
            calls += dispatcher.Poll(TcpPair.Limit);
        }

        Assert.All(posting, thread => Assert.True(thread.Value));
        Assert.All(ran, count => Assert.Equal(each, count));
    }

    [Fact]
    public void Post_made_by_a_post_runs_in_the_next_turn()
    {
        using var dispatcher = new PollDispatcher();
        var calls = 0;
        void Again()
        {
            calls++;
            dispatcher.Post(Again);
        }

        Assert.True(dispatcher.Post(Again));
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal(1, dispatcher.Poll());
            Assert.Equal(i, calls);
        }
    }

    [Fact]
    public void Poll_inside_of_a_callback_or_from_a_second_thread_is_refused()
    {
        using var dispatcher = new PollDispatcher();
        var refused = 0;
        Assert.True(dispatcher.Post(() =>
        {
            Assert.Throws<InvalidOperationException>(() => dispatcher.Poll(TimeSpan.Zero));
            Assert.Throws<InvalidOperationException>(() => dispatcher.Select(new FdSets(), TimeSpan.Zero));
            Assert.Throws<InvalidOperationException>(() => new ThreadCall<int>(() => dispatcher.Poll(TimeSpan.Zero)).Value);
            refused++;
        }));
        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal(1, refused);
        Assert.Equal(0, dispatcher.Poll(TimeSpan.Zero));
    }

    [Fact]
    public void Forever_runs_until_a_token_or_a_predicate_ends_it()
    {
        using var dispatcher = new PollDispatcher();
        using var stop = new CancellationTokenSource();
        var turning = new ThreadCall<bool>(() => dispatcher.Forever(stop.Token));
        using var ran = new ManualResetEventSlim();
        Assert.True(dispatcher.Post(ran.Set));
        Assert.True(ran.Wait(TcpPair.Limit));
        stop.Cancel();
        Assert.True(turning.Value);

        var turns = 0;
        Assert.True(dispatcher.Forever(() => ++turns == 4, TimeSpan.FromMilliseconds(1)));
        Assert.Equal(4, turns);
        Assert.True(dispatcher.Forever(() => true));
        Answers.Fails(Errno.EINVAL, dispatcher.Forever(() => false, TimeSpan.FromMilliseconds(-1)));
    }

    [Fact]
    public void Forever_with_a_cancelled_token_leaves_no_action_to_the_next_turn()
    {
        using var dispatcher = new PollDispatcher();
        Assert.True(dispatcher.Forever(new CancellationToken(canceled: true)));
        Assert.Equal(0, dispatcher.Poll(TimeSpan.Zero));

        using var stop = new CancellationTokenSource();
        Assert.True(dispatcher.Post(stop.Cancel));
        Assert.True(dispatcher.Forever(stop.Token));
        Assert.Equal(0, dispatcher.Poll(TimeSpan.Zero));
    }

    [Fact]
    public void Disposed_dispatcher_throws_or_returns_false()
    {
        using var pair = new TcpPair();
        var dispatcher = new PollDispatcher();
        var ev = Ignoring(dispatcher, pair.Client.SockFd);
        Assert.True(dispatcher.Add(ev));
        dispatcher.Dispose();
        dispatcher.Dispose();

        Assert.False(dispatcher.Listening(ev));
        Assert.False(dispatcher.Post(() => { }));
        Assert.Throws<ObjectDisposedException>(() => dispatcher.Poll(TimeSpan.Zero));
        Assert.Throws<ObjectDisposedException>(() => dispatcher.Select(new FdSets(), TimeSpan.Zero));
        Assert.Throws<ObjectDisposedException>(() => dispatcher.Add(ev));
        pair.Client.Close();
    }

    [Fact]
    public void Dispatcher_disposed_by_a_callback_ends_after_that_callback()
    {
        using var pair = new TcpPair();
        var dispatcher = new PollDispatcher();
        var calls = 0;
        foreach (var fd in new[] { pair.Client.SockFd, pair.Accepted.SockFd })
        {
            Assert.True(dispatcher.Add(dispatcher.Event(IoMethod.Write, fd, (_, _) =>
            {
                calls++;
                dispatcher.Dispose();
                return true;
            })));
        }

        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal(1, calls);
        Assert.Throws<ObjectDisposedException>(() => dispatcher.Poll(TimeSpan.Zero));
    }

    private static void ReuseNumbers()
    {
        using var dispatcher = new PollDispatcher();
        using var server = TcpPair.Listen();
        var wrong = 0;
        var reused = 0;
        for (var i = 0; i < 200; i++)
        {
            using var one = Tcp.CreateClient(server.SockName(), TcpPair.Limit)!;
            using var two = Tcp.CreateClient(server.SockName(), TcpPair.Limit)!;
            using var oneAccepted = server.Accept(TcpPair.Limit)!;
            using var twoAccepted = server.Accept(TcpPair.Limit)!;
            using var waiting = Tcp.CreateClient(server.SockName(), TcpPair.Limit)!;
            var connections = new[] { one, two };
            Tcp? fresh = null;
            IoEvent? freshEvent = null;
            foreach (var tcp in connections)
            {
                var other = tcp == one ? two : one;
                Assert.True(dispatcher.Add(dispatcher.Event(IoMethod.Read, tcp.SockFd, (_, _) =>
                {
                    // Both are ready. The number of the other one is reused for a new connection, which has nothing to read.
                    var number = other.SockFd;
                    other.Close();
                    fresh = server.Accept(TcpPair.Limit)!;
                    reused += fresh.SockFd == number ? 1 : 0;
                    freshEvent = dispatcher.Event(IoMethod.Read, fresh.SockFd, (_, _) => ++wrong > 0);
                    Assert.True(dispatcher.Add(freshEvent));
                    return false;
                })));
            }

            Assert.Equal(1, oneAccepted.Send("x"));
            Assert.Equal(1, twoAccepted.Send("x"));
            Eventually.Holds(() => one.Pending() == 1 && two.Pending() == 1);
            Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
            Assert.Equal(0, dispatcher.Poll(TimeSpan.Zero));
            Assert.True(dispatcher.Listening(freshEvent!));
            fresh!.Close();
        }

        Assert.Equal(0, wrong);
        Assert.True(reused > 100, $"only {reused} numbers were used again");
    }

    private static IoEvent Ignoring(PollDispatcher dispatcher, int fd) => PollDispatcherTests.Ignoring(dispatcher, IoMethod.Write, fd);
}
