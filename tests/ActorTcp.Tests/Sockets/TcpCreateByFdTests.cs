namespace ActorTcp.Tests.Sockets;

public sealed class TcpCreateByFdTests
{
    [Fact]
    public void A_descriptor_that_was_given_up_is_the_same_connection()
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
    public void A_descriptor_that_a_live_object_owns_is_EBUSY()
    {
        using var pair = new TcpPair();
        Answers.Fails(Errno.EBUSY, Tcp.CreateByFd(pair.Server.SockFd));
        Answers.Fails(Errno.EBUSY, Tcp.CreateByFd(pair.Accepted.SockFd));

        using var token = pair.Accepted.HandOver()!;
        using var taken = token.Take()!;
        Answers.Fails(Errno.EBUSY, Tcp.CreateByFd(taken.SockFd));
    }

    [Fact]
    public void A_number_that_is_not_open_is_EBADF()
    {
        Answers.Fails(Errno.EBADF, Tcp.CreateByFd(-1));
        Answers.Fails(Errno.EBADF, Tcp.CreateByFd(int.MinValue));
        Answers.Fails(Errno.EBADF, Tcp.CreateByFd(1_000_000_000));
    }

    [Fact]
    public unsafe void What_is_no_socket_is_ENOTSOCK_and_stays_the_callers()
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
    public void A_socket_that_is_not_TCPs_is_EPROTOTYPE_and_stays_the_callers(int domain, int type)
    {
        var fd = TestLibc.Socket(domain, type, 0);
        Answers.Fails(Errno.EPROTOTYPE, Tcp.CreateByFd(fd));
        Assert.Equal(0, TestLibc.Close(fd));
    }

    [Fact]
    public void An_object_whose_number_was_closed_behind_its_back_does_not_close_who_has_it_now()
        => ChildProcess.Run(CloseBehindTheBack);

    private static void CloseBehindTheBack()
    {
        // The runtime opens files of its own now and then, and may be first to get the number.
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

        Assert.Fail("the number never came again");
    }
}
