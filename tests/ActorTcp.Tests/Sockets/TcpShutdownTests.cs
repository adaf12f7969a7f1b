namespace ActorTcp.Tests.Sockets;

public sealed class TcpShutdownTests
{
    [Theory]
    [InlineData("w")]
    [InlineData("rw")]
    [InlineData(null)]
    public void Shutdown_of_sending_ends_the_peers_stream(string? how)
    {
        using var pair = new TcpPair();
        Assert.True(how is null ? pair.Client.Shutdown() : pair.Client.Shutdown(how));

        Answers.Fails(Errno.ENODATA, pair.Accepted.Recv(new byte[1], TcpPair.Limit));
        Assert.True(pair.Accepted.IsEof());
        Answers.Fails(Errno.EPIPE, pair.Client.Send("x"));
        Assert.True(pair.Client.SockFd >= 0);
    }

    [Fact]
    public void Shutdown_of_receiving_ends_the_own_stream()
    {
        using var pair = new TcpPair();
        Assert.True(pair.Client.Shutdown("r"));

        Answers.Fails(Errno.ENODATA, pair.Client.Recv(new byte[1], TcpPair.Limit));
        Assert.Equal(2, pair.Client.Send("ok"));
        Assert.Equal("ok"u8.ToArray(), TcpPair.RecvAll(pair.Accepted, 2));
    }

    [Theory]
    [InlineData("r")]
    [InlineData("rw")]
    public void Every_receive_after_Shutdown_of_receiving_returns_the_end_of_stream(string how)
    {
        using var pair = new TcpPair();
        using var kernel = new Socket(new SafeSocketHandle(pair.Client.SockFd, ownsHandle: false));
        Assert.Equal(3, pair.Accepted.Send("now"));
        Eventually.Holds(() => pair.Client.Pending() == 3);
        Assert.True(pair.Client.Shutdown(how));
        AssertEnded(pair.Client);

        // Linux still receives after "r", and resets a peer that still sends after "rw".
        Assert.Equal(5, pair.Accepted.Send("later"));
        Eventually.Holds(() => how == "r" ? kernel.Available == 8 : pair.Client.GetState() == TcpState.Closed);
        AssertEnded(pair.Client);

        using var token = pair.Client.Detach()!;
        using var taken = token.Take()!;
        AssertEnded(taken);
        if (how == "r")
        {
            Assert.Equal(2, taken.Send("ok"));
            Assert.Equal("ok"u8.ToArray(), TcpPair.RecvAll(pair.Accepted, 2));
        }
    }

    [Fact]
    public void Reset_after_Shutdown_of_receiving_is_an_end_of_stream_too()
    {
        using var pair = new TcpPair();
        Assert.True(pair.Client.Shutdown("r"));
        Assert.True(pair.Accepted.SetLinger(true, 0));
        pair.Accepted.Close();
        TcpPair.AwaitState(pair.Client, TcpState.Closed);

        Assert.Equal(Errno.ECONNRESET, pair.Client.Error());
        AssertEnded(pair.Client);
    }

    [Fact]
    public void Shutdown_of_receiving_wakes_the_thread_that_receives()
    {
        using var pair = new TcpPair();
        var receiving = new ThreadCall<SocketResult>(() => pair.Client.Recv(new byte[1]));
        Eventually.Holds(() => pair.Client.IsWaiting);

        Assert.True(pair.Client.Shutdown("r"));

        Assert.True(receiving.Value.IsEndOfStream);
    }

    [Fact]
    public void Refused_Shutdown_does_not_end_receiving()
    {
        using var pair = new TcpPair();
        Answers.Fails(Errno.EINVAL, pair.Client.Shutdown("x"));
        Assert.True(pair.Client.Shutdown("w"));
        Assert.Equal(1, pair.Accepted.Send("x"));

        Assert.Equal(1, pair.Client.Recv(new byte[1], TcpPair.Limit));
        Assert.False(pair.Client.IsEof());
    }

    [Theory]
    [InlineData(ShutdownHow.Read)]
    [InlineData(ShutdownHow.Write)]
    [InlineData(ShutdownHow.Both)]
    public void Enum_and_text_do_the_same(ShutdownHow how)
    {
        using var pair = new TcpPair();
        Assert.True(pair.Client.Shutdown(how));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("R")]
    [InlineData("wr")]
    [InlineData("rw ")]
    public void Any_other_text_is_EINVAL(string how)
    {
        using var pair = new TcpPair();
        Answers.Fails(Errno.EINVAL, pair.Client.Shutdown(how));
        Answers.Fails(Errno.EINVAL, pair.Client.Shutdown((ShutdownHow)3));
        Assert.Equal(2, pair.Client.Send("ok"));
    }

    [Fact]
    public void Null_text_throws()
    {
        using var pair = new TcpPair();
        Assert.Throws<ArgumentNullException>(() => pair.Client.Shutdown(null!));
    }

    [Fact]
    public void Shutdown_of_a_listener_is_ENOTCONN_and_it_still_listens()
    {
        using var server = TcpPair.Listen();
        foreach (var how in new[] { "r", "w", "rw" })
        {
            Answers.Fails(Errno.ENOTCONN, server.Shutdown(how));
        }

        Assert.Equal(TcpState.Listen, server.GetState());
        using var client = Tcp.CreateClient(server.SockName(), TcpPair.Limit);
        Assert.NotNull(client);
    }

    [Fact]
    public void A_socket_that_was_never_connected_or_is_connecting_is_ENOTCONN()
    {
        using var fresh = Tcp.CreateByFd(TestLibc.Socket(Tcp.AF_INET, 1, 0))!;
        Answers.Fails(Errno.ENOTCONN, fresh.Shutdown());

        using var full = new FullBacklog();
        using var dispatcher = new PollDispatcher();
        using var connecting = dispatcher.CreateClient(full.Address, (_, _) => { })!;
        Answers.Fails(Errno.ENOTCONN, connecting.Shutdown());
        Assert.Equal(TcpState.SynSent, connecting.GetState());
    }

    [Fact]
    public void A_connection_that_was_reset_is_ENOTCONN()
    {
        using var pair = new TcpPair();
        Assert.True(pair.Accepted.SetLinger(true, 0));
        pair.Accepted.Close();
        TcpPair.AwaitState(pair.Client, TcpState.Closed);

        Answers.Fails(Errno.ENOTCONN, pair.Client.Shutdown());
    }

    private static void AssertEnded(Tcp tcp)
    {
        Answers.Fails(Errno.ENODATA, tcp.Recv(new byte[8], TimeSpan.Zero));
        Answers.Fails(Errno.ENODATA, tcp.RecvFrom(out _, new byte[8]));
        Assert.True(tcp.IsEof());
        Assert.Equal(0, tcp.Pending());
    }
}
