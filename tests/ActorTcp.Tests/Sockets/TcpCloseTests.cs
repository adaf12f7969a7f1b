namespace ActorTcp.Tests.Sockets;

public sealed class TcpCloseTests
{
    private static readonly byte[] Buffer = new byte[4];

    /// <summary>Every call of the object, which the tests make on an ended object.</summary>
    private static readonly (string Name, Func<Tcp, object?> Call)[] Calls =
    [
        ("Accept", tcp => tcp.Accept()),
        ("Accept(0)", tcp => tcp.Accept(TimeSpan.Zero)),
        ("Accept(out)", tcp => tcp.Accept(out _, TimeSpan.FromMilliseconds(5))),
        ("Accept(callback)", tcp => tcp.Accept((_, _) => { })),
        ("Accept(null)", tcp => tcp.Accept(null)),
        ("Send(text)", tcp => tcp.Send("x")),
        ("Send(empty)", tcp => tcp.Send("")),
        ("Send(span)", tcp => tcp.Send(Buffer.AsSpan())),
        ("Send(list)", tcp => tcp.Send([Buffer])),
        ("Send(empty list)", tcp => tcp.Send(Array.Empty<byte[]>())),
        ("Send(offset)", tcp => tcp.Send(Buffer, 1)),
        ("Send(negative)", tcp => tcp.Send(Buffer, TimeSpan.FromMilliseconds(-1))),
        ("SendTo", tcp => tcp.SendTo(null, Buffer)),
        ("Recv", tcp => tcp.Recv(Buffer)),
        ("Recv(empty)", tcp => tcp.Recv(Span<byte>.Empty)),
        ("Recv(offset)", tcp => tcp.Recv(Buffer, 1)),
        ("Recv(negative)", tcp => tcp.Recv(Buffer, TimeSpan.FromMilliseconds(-1))),
        ("RecvFrom", tcp => tcp.RecvFrom(out _, Buffer)),
        ("RecvUrgent", tcp => tcp.RecvUrgent(out _)),
        ("Pending", tcp => tcp.Pending()),
        ("Shutdown", tcp => tcp.Shutdown()),
        ("Shutdown(x)", tcp => tcp.Shutdown("x")),
        ("MPorts", tcp => tcp.MPorts(1)),
        ("MPorts(-1)", tcp => tcp.MPorts(-1)),
        ("Error", tcp => tcp.Error()),
        ("IsEof", tcp => tcp.IsEof()),
        ("SockName", tcp => tcp.SockName()),
        ("PeerName", tcp => tcp.PeerName()),
        ("BindToDevice", tcp => tcp.BindToDevice("lo")),
        ("SetKeepAlive", tcp => tcp.SetKeepAlive(true, 1)),
        ("SetKeepAlive(off)", tcp => tcp.SetKeepAlive(false)),
        ("SetNoDelay", tcp => tcp.SetNoDelay(true)),
        ("SetUserTimeout", tcp => tcp.SetUserTimeout(1)),
        ("SetLinger", tcp => tcp.SetLinger(true, 1)),
        ("SetLinger(-1)", tcp => tcp.SetLinger(true, -1)),
        ("SetTtl", tcp => tcp.SetTtl(1)),
        ("SetTtl(300)", tcp => tcp.SetTtl(300)),
        ("SetReuseAddr", tcp => tcp.SetReuseAddr(true)),
        ("SetIPv6Only", tcp => tcp.SetIPv6Only(true)),
        ("GetState", tcp => tcp.GetState()),
        ("GetRecvBufferSize", tcp => tcp.GetRecvBufferSize()),
        ("GetSendBufferSize", tcp => tcp.GetSendBufferSize()),
        ("SetRecvBufferSize", tcp => tcp.SetRecvBufferSize(4096)),
        ("SetSendBufferSize", tcp => tcp.SetSendBufferSize(0)),
        ("Detach", tcp => tcp.Detach()),
    ];

    [Theory]
    [InlineData("close")]
    [InlineData("dispose")]
    [InlineData("flyAway")]
    [InlineData("handOver")]
    public void Every_call_on_an_ended_object_returns_EBADF(string how)
    {
        using var pair = new TcpPair();
        foreach (var tcp in new[] { pair.Server, pair.Client })
        {
            var fd = tcp.SockFd;
            using var token = End(tcp, how);
            Assert.Equal(-1, tcp.SockFd);
            foreach (var (name, call) in Calls)
            {
                ClearLastErrno();
                var answer = call(tcp);
                var expected = answer switch
                {
                    SocketResult => (SocketResult)(-(int)Errno.EBADF),
                    bool => false,
                    TcpState => (TcpState)(-(int)Errno.EBADF),
                    Errno => Errno.EBADF,
                    _ => (object?)null,
                };
                Assert.True(Equals(expected, answer), $"{name} answered {answer}");
                Assert.True(Tcp.LastErrno == Errno.EBADF, $"{name} left {Tcp.LastErrno}");
            }

            if (how == "flyAway")
            {
                Assert.Equal(0, TestLibc.Close(fd));
            }
        }
    }

    [Theory]
    [InlineData("close")]
    [InlineData("flyAway")]
    public void Object_can_be_ended_twice(string how)
    {
        using var pair = new TcpPair();
        var fd = pair.Client.SockFd;
        End(pair.Client, how);
        using var other = how == "flyAway" ? Tcp.CreateByFd(fd) : TcpPair.Listen();
        End(pair.Client, how);
        pair.Client.Close();
        pair.Client.FlyAway();
        pair.Client.Dispose();

        Assert.True(other!.GetState() >= 0);
    }

    [Fact]
    public void Close_wakes_the_second_waiter_after_the_first_has_left()
    {
        using var pair = new TcpPair();
        TcpPair.SendUntilBlocked(pair.Client);
        var receiving = new ThreadCall<int>(() => pair.Client.Recv(new byte[1]));
        Eventually.Holds(() => pair.Client.IsWaiting);
        Assert.Equal(-(int)Errno.EAGAIN, pair.Client.Send(new byte[1 << 20], TimeSpan.FromMilliseconds(20)));

        pair.Client.Close();

        Assert.Equal(-(int)Errno.EBADF, receiving.Value);
    }

    [Fact]
    public void Close_on_another_thread_ends_a_wait_with_EBADF()
    {
        Func<Tcp, int>[] waits = [tcp => tcp.Recv(new byte[1]), tcp => tcp.Recv(new byte[1], 2 * TcpPair.Limit), SendUntilBlocked];
        foreach (var wait in waits)
        {
            foreach (var resets in new[] { false, true })
            {
                using var pair = new TcpPair();
                Assert.True(pair.Client.SetLinger(resets, 0));
                var waiting = new ThreadCall<(int Count, Errno LastErrno)>(() => (wait(pair.Client), Tcp.LastErrno));
                AwaitWaiting(pair.Client);
                pair.Client.Close();

                Assert.Equal((-(int)Errno.EBADF, Errno.EBADF), waiting.Value);
                Assert.Equal(-1, pair.Client.SockFd);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Close_on_another_thread_ends_an_accept_with_EBADF(int ports)
    {
        using var server = TcpPair.Listen();
        for (; ports > 0 && !server.MPorts(ports); ports--)
        {
            // A port after the server's own was taken; the test uses fewer ports.
        }

        var waiting = new ThreadCall<(Tcp? Accepted, Errno LastErrno)>(() => (server.Accept(), Tcp.LastErrno));
        AwaitWaiting(server);
        server.Close();

        Assert.Equal((null, Errno.EBADF), waiting.Value);
    }

    [Fact]
    public void Close_races_with_calls_without_harm()
    {
        for (var i = 0; i < 200; i++)
        {
            using var pair = new TcpPair();
            var calling = new ThreadCall<int>(() =>
            {
                int answer;
                while ((answer = pair.Client.Send("x", TimeSpan.Zero)) is 1 or -(int)Errno.EAGAIN)
                {
                    pair.Client.Recv(new byte[1], TimeSpan.Zero);
                }

                return answer;
            });
            Thread.SpinWait(i * 20);
            pair.Client.Close();

            Assert.Equal(-(int)Errno.EBADF, calling.Value);
        }
    }

    [Fact]
    public void Object_that_is_never_closed_closes_its_descriptor_when_it_is_collected()
    {
        using var server = TcpPair.Listen();
        var (client, accepted, fds) = Forget(server);
        Eventually.Holds(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return !client.IsAlive && !accepted.IsAlive && !fds.Any(DescriptorTable.IsOwned);
            },
            () => "the descriptors are still owned");
    }

    [Fact]
    public void Linger_makes_Close_wait_at_most_its_time_for_unsent_bytes()
    {
        using var pair = new TcpPair();
        TcpPair.SendUntilBlocked(pair.Client);
        Assert.True(pair.Client.SetLinger(true, 1));
        var watch = Stopwatch.StartNew();
        pair.Client.Close();
        Assert.True(watch.ElapsedMilliseconds >= 900, $"{watch.ElapsedMilliseconds} ms");
    }

    [Fact]
    public void Collecting_a_lingering_object_blocks_no_thread()
    {
        using var server = TcpPair.Listen();
        var fd = ForgetLingering(server);
        Eventually.Holds(() =>
        {
            GC.Collect();
            return !DescriptorTable.IsOwned(fd);
        });
        var finalized = new ThreadCall<bool>(() =>
        {
            GC.WaitForPendingFinalizers();
            return true;
        });
        Assert.True(finalized.Value);
    }

    private static int ForgetLingering(Tcp server)
    {
        var client = Tcp.CreateClient(server.SockName(), TcpPair.Limit)!;
        TcpPair.SendUntilBlocked(client);
        Assert.True(client.SetLinger(true, 32_767));
        return client.SockFd;
    }

    private static (WeakReference Client, WeakReference Accepted, int[] Fds) Forget(Tcp server)
    {
        var client = Tcp.CreateClient(server.SockName(), TcpPair.Limit)!;
        var accepted = server.Accept(TcpPair.Limit)!;
        return (new WeakReference(client), new WeakReference(accepted), [client.SockFd, accepted.SockFd]);
    }

    private static int SendUntilBlocked(Tcp tcp)
    {
        // A send with timeout 0 that fails shows that the kernel accepts no more bytes.
        var bytes = new byte[1 << 20];
        while (tcp.Send(bytes, TimeSpan.Zero) > 0)
        {
            continue;
        }

        int answer;
        do
        {
            answer = tcp.Send(bytes);
        }
        while (answer > 0);
        return answer;
    }

    private static void AwaitWaiting(Tcp tcp) => Eventually.Holds(() => tcp.IsWaiting);

    private static void ClearLastErrno() => LastError.Fail(Errno.None);

    private static SocketHandoff? End(Tcp tcp, string how)
    {
        switch (how)
        {
            case "close":
                tcp.Close();
                return null;
            case "dispose":
                tcp.Dispose();
                return null;
            case "flyAway":
                tcp.FlyAway();
                return null;
            default:
                return tcp.Detach();
        }
    }
}
