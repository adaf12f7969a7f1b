namespace ActorTcp.Tests.Sockets;

public sealed class TcpCreateByFdTests
{
    [Fact]
    public void Descriptor_after_FlyAway_is_the_same_connection()
    {
        using var pair = new TcpPair();
        var fd = pair.Accepted.SockFd;
        pair.Accepted.FlyAway();
        using var taken = Tcp.CreateByFd(fd)!;

        Assert.Equal(fd, taken.SockFd);
        Assert.Equal(5, pair.Client.Send("hello"));
        Assert.Equal("hello"u8.ToArray(), TcpPair.RecvAll(taken, 5));
    }

    [Fact]
    public void A_descriptor_is_made_non_blocking_and_closed_on_exec()
    {
        var fd = TestLibc.Socket(Tcp.AF_INET, 1, 0);
        Assert.Equal((false, false), OpenDescriptors.FlagsOf(fd));
        using var taken = Tcp.CreateByFd(fd);

        Assert.NotNull(taken);
        Assert.Equal((true, true), OpenDescriptors.FlagsOf(fd));
    }

    [Fact]
    public void Descriptor_of_a_live_object_moves_and_the_old_object_no_longer_uses_it()
    {
        using var pair = new TcpPair();
        var old = pair.Accepted;
        using var taken = Tcp.CreateByFd(old.SockFd)!;

        Assert.Equal(-1, old.SockFd);
        Assert.Equal(-(int)Errno.EBADF, old.Send("x"));
        Assert.Equal(-(int)Errno.EBADF, old.Recv(new byte[1], TimeSpan.Zero));
        Answers.Fails(Errno.EBADF, old.SockName());
        old.FlyAway();
        old.Close();
        Assert.Equal(5, taken.Send("hello"));
        Assert.Equal("hello"u8.ToArray(), TcpPair.RecvAll(pair.Client, 5));
    }

    [Fact]
    public void Call_that_waits_on_the_old_object_receives_no_byte_of_the_new_one()
    {
        using var pair = new TcpPair();
        var old = pair.Accepted;
        var waiting = new ThreadCall<int>(() => old.Recv(new byte[100]));
        Assert.True(SpinWait.SpinUntil(() => old.IsWaiting, TcpPair.Limit));
        using var taken = Tcp.CreateByFd(old.SockFd)!;

        Assert.Equal(5, pair.Client.Send("hello"));

        Assert.Equal(-(int)Errno.EBADF, waiting.Value);
        Assert.Equal("hello"u8.ToArray(), TcpPair.RecvAll(taken, 5));
    }

    [Fact]
    public void Wait_of_the_new_object_survives_the_end_of_the_old_one()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        using var taken = Tcp.CreateByFd(pair.Server.SockFd)!;
        var called = 0;
        Assert.True(dispatcher.Add(dispatcher.Event(IoMethod.Read, taken.SockFd, (_, _) => ++called < 0, null, null)));

        pair.Server.FlyAway();
        using var client = Tcp.CreateClient(taken.SockName(), TcpPair.Limit);

        Assert.True(dispatcher.Poll(TcpPair.Limit) > 0);
        Assert.Equal(1, called);
    }

    /// <summary>The documented order: the number is sent first, and FlyAway follows. The receiver may be faster.</summary>
    [Fact]
    public async Task Descriptors_that_are_sent_before_FlyAway_are_neither_lost_nor_leaked()
    {
        const int handOvers = 1000;
        for (var run = 0; run < (TestSettings.Number("ACTORTCP_HANDOVER_RUNS") ?? 2); run++)
        {
            using var server = TcpPair.Listen(LoopbackAddress.Next().ToString());
            var address = server.SockName()!;
            using var sent = new BlockingCollection<int>();
            var served = 0;
            var task = Task.Factory.StartNew(() =>
            {
                foreach (var fd in sent.GetConsumingEnumerable())
                {
                    using var taken = Tcp.CreateByFd(fd);
                    served += taken is not null && taken.Send("x", TimeSpan.Zero) == 1 ? 1 : 0;
                }
            }, TaskCreationOptions.LongRunning);
            var accepting = Task.Factory.StartNew(() =>
            {
                for (var i = 0; i < handOvers; i++)
                {
                    var accepted = server.Accept(TcpPair.Limit)!;
                    sent.Add(accepted.SockFd);
                    Thread.SpinWait((i * 7) % 400);
                    accepted.FlyAway();
                }

                sent.CompleteAdding();
            }, TaskCreationOptions.LongRunning);
            for (var i = 0; i < handOvers; i++)
            {
                using var client = Tcp.CreateClient(address, TcpPair.Limit)!;
                Assert.Equal("x"u8.ToArray(), TcpPair.RecvAll(client, 1));
                Assert.Equal(Tcp.EndOfStream, client.Recv(new byte[1], TcpPair.Limit));
            }

            await Task.WhenAll(task, accepting);
            Assert.Equal(handOvers, served);
            Eventually.Holds(() => ServerSockets.Held(address.ToIPEndPoint()) == 0);
        }
    }

    [Fact]
    public void A_number_that_is_not_open_is_EBADF()
    {
        Answers.Fails(Errno.EBADF, Tcp.CreateByFd(-1));
        Answers.Fails(Errno.EBADF, Tcp.CreateByFd(int.MinValue));
        Answers.Fails(Errno.EBADF, Tcp.CreateByFd(1_000_000_000));
    }

    [Fact]
    public unsafe void Descriptor_that_is_not_a_socket_is_ENOTSOCK_and_stays_with_the_caller()
    {
        var ends = stackalloc int[2];
        Assert.Equal(0, TestLibc.Pipe(ends));
        Answers.Fails(Errno.ENOTSOCK, Tcp.CreateByFd(ends[0]));

        Assert.Equal(0, TestLibc.Close(ends[0]));
        Assert.Equal(0, TestLibc.Close(ends[1]));
    }

    [Theory]
    [InlineData(Tcp.AF_INET, 2)]
    [InlineData(Tcp.AF_INET6, 2)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    public void Socket_that_is_not_TCP_is_EPROTOTYPE_and_stays_with_the_caller(int domain, int type)
    {
        var fd = TestLibc.Socket(domain, type, 0);
        Answers.Fails(Errno.EPROTOTYPE, Tcp.CreateByFd(fd));
        Assert.Equal(0, TestLibc.Close(fd));
    }

    [Fact]
    public void Object_whose_descriptor_was_closed_outside_does_not_close_the_next_owner()
        => ChildProcess.Run(CloseDescriptorOutside);

    private static void CloseDescriptorOutside()
    {
        // The runtime sometimes opens its own files, and may get the number first.
        for (var i = 0; i < 100; i++)
        {
            using var server = TcpPair.Listen();
            using var client = Tcp.CreateClient(server.SockName(), TcpPair.Limit)!;
            var robbed = TcpPair.Listen();
            var fd = robbed.SockFd;
            Assert.Equal(0, TestLibc.Close(fd));
            using var accepted = server.Accept(TcpPair.Limit)!;
            if (accepted.SockFd != fd)
            {
                robbed.FlyAway();
                continue;
            }

            robbed.Close();
            Assert.Equal(2, client.Send("hi"));
            Assert.Equal("hi"u8.ToArray(), TcpPair.RecvAll(accepted, 2));
            return;
        }

        Assert.Fail("the number was never used again");
    }
}
