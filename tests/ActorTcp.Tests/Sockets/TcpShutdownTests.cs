namespace ActorTcp.Tests.Sockets;

public sealed class TcpShutdownTests
{
    [Theory]
    [InlineData("w")]
    [InlineData("rw")]
    [InlineData(null)]
    public void Ending_the_sending_is_the_end_of_the_peers_stream(string? how)
    {
        using var pair = new TcpPair();
        Assert.True(how is null ? pair.Client.Shutdown() : pair.Client.Shutdown(how));

        Answers.Fails(Errno.ENODATA, pair.Accepted.Recv(new byte[1], TcpPair.Limit));
        Assert.True(pair.Accepted.IsEof());
        Answers.Fails(Errno.EPIPE, pair.Client.Send("x"));
        Assert.True(pair.Client.SockFd >= 0);
    }

    [Fact]
    public void Ending_the_receiving_is_the_end_of_the_own_stream()
    {
        using var pair = new TcpPair();
        Assert.True(pair.Client.Shutdown("r"));

        Answers.Fails(Errno.ENODATA, pair.Client.Recv(new byte[1], TcpPair.Limit));
        Assert.Equal(2, pair.Client.Send("ok"));
        Assert.Equal("ok"u8.ToArray(), TcpPair.RecvAll(pair.Accepted, 2));
    }

    [Theory]
    [InlineData(ShutdownHow.Read)]
    [InlineData(ShutdownHow.Write)]
    [InlineData(ShutdownHow.Both)]
    public void The_enum_says_the_same(ShutdownHow how)
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
    public void Anything_else_is_EINVAL(string how)
    {
        using var pair = new TcpPair();
        Answers.Fails(Errno.EINVAL, pair.Client.Shutdown(how));
        Answers.Fails(Errno.EINVAL, pair.Client.Shutdown((ShutdownHow)3));
        Assert.Equal(2, pair.Client.Send("ok"));
    }

    [Fact]
    public void No_text_is_the_callers_mistake()
    {
        using var pair = new TcpPair();
        Assert.Throws<ArgumentNullException>(() => pair.Client.Shutdown(null!));
    }

    [Fact]
    public void A_listener_is_ENOTCONN_and_goes_on_listening()
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
        using var fresh = Tcp.CreateByFd(Native.TestLibc.Socket(Tcp.AF_INET, 1, 0))!;
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
}
