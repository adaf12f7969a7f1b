namespace ActorTcp.Tests.Sockets;

/// <summary>The calls with a callback, each on a dispatcher of the test or of its thread.</summary>
public sealed class TcpAsyncTests
{
    [Fact]
    public void A_connect_calls_back_once_from_the_threads_own_dispatcher()
        => OwnThread.Run(() =>
        {
            using var server = TcpPair.Listen();
            var calls = new List<(Tcp, SockAddr?)>();
            using var client = Tcp.CreateClient(server.SockName(), (tcp, remote) => calls.Add((tcp, remote)))!;
            Assert.Empty(calls);

            Assert.Equal(1, PollDispatcher.Current.Poll(TcpPair.Limit));
            Assert.Equal([(client, server.SockName())], calls);
            Assert.Equal(TcpState.Established, client.GetState());
            Assert.Equal(0, PollDispatcher.Current.Poll(TimeSpan.FromMilliseconds(10)));
            PollDispatcher.Current.Dispose();
        });

    [Fact]
    public void Refused_connect_calls_back_without_an_address_and_Error_has_the_reason()
    {
        using var dispatcher = new PollDispatcher();
        var calls = new List<(SockAddr? Remote, Errno LastErrno, Errno Error)>();
        using var client = dispatcher.CreateClient(
            LoopbackAddress.Refusing,
            (tcp, remote) => calls.Add((remote, Tcp.LastErrno, tcp.Error())))!;

        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal([(null, Errno.ECONNREFUSED, Errno.ECONNREFUSED)], calls);
        Assert.Equal(Errno.None, client.Error());
        Assert.Equal(TcpState.Closed, client.GetState());
        Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(10)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    public void Connect_that_times_out_is_ETIMEDOUT_and_abandoned(int timeout)
    {
        using var dispatcher = new PollDispatcher();
        using var full = new FullBacklog();
        var calls = new List<(SockAddr? Remote, Errno Error)>();
        var watch = Stopwatch.StartNew();
        using var client = dispatcher.CreateClient(full.Address, (tcp, remote) => calls.Add((remote, tcp.Error())), TimeSpan.FromMilliseconds(timeout))!;

        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal([(null, Errno.ETIMEDOUT)], calls);
        Assert.True(watch.ElapsedMilliseconds >= timeout - 1, $"{watch.ElapsedMilliseconds} ms");
        Assert.Equal(TcpState.Closed, client.GetState());
        Assert.Equal(Errno.None, client.Error());
        full.TakeOne();
        Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(10)));
    }

    [Fact]
    public void Timeout_of_a_completed_connect_does_nothing()
    {
        using var dispatcher = new PollDispatcher();
        using var server = TcpPair.Listen();
        var calls = 0;
        using var client = dispatcher.CreateClient(server.SockName(), (_, _) => calls++, TimeSpan.FromMilliseconds(30))!;
        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));

        Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(60)));
        Assert.Equal(1, calls);
        Assert.Equal(TcpState.Established, client.GetState());
    }

    [SkippableFact]
    public void Immediate_failure_of_connect_is_reported_by_the_callback_too()
        => OwnThread.Run(() =>
        {
            OwnThread.EnterEmptyNetwork();
            using var dispatcher = new PollDispatcher();
            var calls = new List<(SockAddr? Remote, Errno Error)>();
            using var client = dispatcher.CreateClient(Tcp.SockAddr("192.0.2.1", 9), (tcp, remote) => calls.Add((remote, tcp.Error())))!;
            Assert.NotNull(client);
            Assert.Empty(calls);

            Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
            Assert.Equal([(null, Errno.ENETUNREACH)], calls);
            Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(10)));
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Close_before_the_callback_cancels_it(bool flyAway)
    {
        using var dispatcher = new PollDispatcher();
        using var server = TcpPair.Listen();
        foreach (var address in new[] { server.SockName()!, LoopbackAddress.Refusing })
        {
            var client = dispatcher.CreateClient(address, (_, _) => Assert.Fail("called"), TimeSpan.FromMilliseconds(20))!;
            var fd = client.SockFd;
            if (flyAway)
            {
                client.FlyAway();
                Tcp.CreateByFd(fd)!.Close();
            }

            client.Close();
            Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(40)));
        }
    }

    [Fact]
    public void Close_in_the_callback_is_allowed()
    {
        using var dispatcher = new PollDispatcher();
        using var server = TcpPair.Listen();
        var calls = 0;
        dispatcher.CreateClient(server.SockName(), (tcp, _) =>
        {
            calls++;
            Assert.Equal(8, tcp.Send("Goodbye!"));
            tcp.Close();
        });
        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        using var accepted = server.Accept(TcpPair.Limit)!;

        Assert.Equal("Goodbye!"u8.ToArray(), TcpPair.RecvAll(accepted, 8));
        Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(10)));
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Missing_address_or_callback_and_negative_timeout_create_no_object()
    {
        Answers.Fails(Errno.EINVAL, Tcp.CreateClient(null, (_, _) => { }));
        Answers.Fails(Errno.EINVAL, Tcp.CreateClient(LoopbackAddress.Refusing, (_, _) => { }, TimeSpan.FromMilliseconds(-1)));
        Assert.Throws<ArgumentNullException>(() => Tcp.CreateClient(LoopbackAddress.Refusing, (Action<Tcp, SockAddr?>)null!));
    }

    [Fact]
    public void Accept_calls_back_for_each_connection_until_the_callback_is_removed()
        => OwnThread.Run(() =>
        {
            var dispatcher = PollDispatcher.Current;
            using var server = TcpPair.Listen();
            var remotes = new List<SockAddr>();
            Assert.True(server.Accept((tcp, remote) =>
            {
                Assert.Equal(remote, tcp.PeerName());
                remotes.Add(remote);
                tcp.Close();
            }));
            var expected = new List<SockAddr>();
            for (var i = 0; i < 5; i++)
            {
                using var client = Tcp.CreateClient(server.SockName(), TcpPair.Limit)!;
                expected.Add(client.SockName()!);
                Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
            }

            Assert.Equal(expected, remotes);
            Assert.True(server.Accept(null));
            using var left = Tcp.CreateClient(server.SockName(), TcpPair.Limit)!;
            Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(10)));
            using var taken = server.Accept(TcpPair.Limit);
            Assert.NotNull(taken);
            dispatcher.Dispose();
        });

    [Fact]
    public void A_new_accept_callback_replaces_the_old_one()
    {
        using var first = new PollDispatcher();
        using var second = new PollDispatcher();
        using var server = TcpPair.Listen();
        var calls = new List<string>();
        foreach (var (dispatcher, name) in new[] { (first, "a"), (first, "b"), (second, "c"), (first, "d") })
        {
            Assert.True(dispatcher.Accept(server, (tcp, _) =>
            {
                calls.Add(name);
                tcp.Close();
            }));
            using var client = Tcp.CreateClient(server.SockName(), TcpPair.Limit);
            var other = dispatcher == first ? second : first;
            Assert.Equal(0, other.Poll(TimeSpan.FromMilliseconds(10)));
            Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        }

        Assert.Equal(["a", "b", "c", "d"], calls);
    }

    [Fact]
    public void Close_in_an_accept_callback_accepts_no_more_of_the_backlog()
    {
        using var dispatcher = new PollDispatcher();
        using var server = TcpPair.Listen();
        using var one = Tcp.CreateClient(server.SockName(), TcpPair.Limit)!;
        using var two = Tcp.CreateClient(server.SockName(), TcpPair.Limit)!;
        var calls = 0;
        Assert.True(dispatcher.Accept(server, (tcp, _) =>
        {
            calls++;
            tcp.Close();
            server.Close();
        }));

        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(10)));
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Exception_of_an_accept_callback_reaches_the_owner_and_accepting_continues()
    {
        using var dispatcher = new PollDispatcher();
        using var server = TcpPair.Listen();
        var calls = 0;
        Assert.True(dispatcher.Accept(server, (tcp, _) =>
        {
            tcp.Close();
            throw new InvalidOperationException($"number {++calls}");
        }));
        for (var i = 1; i <= 3; i++)
        {
            using var client = Tcp.CreateClient(server.SockName(), TcpPair.Limit);
            var thrown = Assert.Throws<InvalidOperationException>(() => dispatcher.Poll(TcpPair.Limit));
            Assert.Equal($"number {i}", thrown.Message);
        }
    }

    [Fact]
    public void Accept_on_a_socket_that_does_not_listen_is_EINVAL()
    {
        using var pair = new TcpPair();
        using var dispatcher = new PollDispatcher();
        Answers.Fails(Errno.EINVAL, dispatcher.Accept(pair.Client, (_, _) => { }));
        Assert.True(dispatcher.Accept(pair.Client, null));
        Assert.Throws<ArgumentNullException>(() => dispatcher.Accept(null!, (_, _) => { }));
    }

    [Fact]
    public void Listener_can_be_used_again_after_its_dispatcher_is_disposed()
    {
        using var server = TcpPair.Listen();
        var dispatcher = new PollDispatcher();
        Assert.True(dispatcher.Accept(server, (_, _) => { }));
        Answers.Fails(Errno.EALREADY, server.Accept(TimeSpan.Zero));
        dispatcher.Dispose();

        Answers.Fails(Errno.EAGAIN, server.Accept(TimeSpan.Zero));
        Assert.Throws<ObjectDisposedException>(() => dispatcher.Accept(server, (_, _) => { }));
    }

    [Fact]
    public void Object_with_a_pending_callback_is_not_collected()
    {
        using var dispatcher = new PollDispatcher();
        var calls = 0;
        var (address, connecting) = Arm(dispatcher, () => calls++);
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.True(connecting.IsAlive);
        using var client = Tcp.CreateClient(address, TcpPair.Limit);
        Assert.NotNull(client);
        Eventually.Holds(() => dispatcher.Poll(TimeSpan.FromMilliseconds(10)) >= 0 && calls == 2);
    }

    [Fact]
    public void Accepting_without_a_free_descriptor_pauses_and_continues_by_itself()
        => ChildProcess.Run(AcceptByCallbackWithoutDescriptors);

    private static (SockAddr Address, WeakReference Connecting) Arm(PollDispatcher dispatcher, Action called)
    {
        var server = TcpPair.Listen();
        Assert.True(dispatcher.Accept(server, (tcp, _) =>
        {
            tcp.Close();
            called();
        }));
        // The test has not polled for the connect yet.
        var client = dispatcher.CreateClient(LoopbackAddress.Refusing, (tcp, _) =>
        {
            tcp.Close();
            called();
        });
        return (server.SockName()!, new WeakReference(client));
    }

    private static void AcceptByCallbackWithoutDescriptors()
    {
        using var dispatcher = new PollDispatcher();
        using var server = TcpPair.Listen();
        var calls = 0;
        Assert.True(dispatcher.Accept(server, (tcp, _) =>
        {
            calls++;
            tcp.Close();
        }));
        using (var warm = Tcp.CreateClient(server.SockName(), TcpPair.Limit))
        {
            Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        }

        using var first = Tcp.CreateClient(server.SockName(), TcpPair.Limit);
        using var second = Tcp.CreateClient(server.SockName(), TcpPair.Limit);
        // Makes the runtime open its files now. Closing them later would free a descriptor while none is left.
        _ = Process.GetCurrentProcess().TotalProcessorTime;
        using var exhausted = new ExhaustedDescriptors();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(1000)));
        var used = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        Assert.True(used < TimeSpan.FromMilliseconds(500), $"used {used} of a second: the loop spins");

        exhausted.FreeOne();
        while (calls < 3)
        {
            Assert.InRange(dispatcher.Poll(TcpPair.Limit), 1, 2);
        }

        Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(200)));
    }
}
