namespace ActorTcp.Tests.Sockets;

public sealed class SocketHandoffTests
{
    [Fact]
    public void Token_taken_on_another_thread_is_the_same_connection()
    {
        using var pair = new TcpPair();
        var fd = pair.Accepted.SockFd;
        using var token = pair.Accepted.Detach()!;
        Assert.True(token.IsPending);
        Assert.Equal(-1, pair.Accepted.SockFd);
        using var taken = new ThreadCall<Tcp?>(token.Take).Value!;

        Assert.Equal(fd, taken.SockFd);
        Assert.False(token.IsPending);
        Assert.Equal(2, pair.Client.Send("hi"));
        Assert.Equal("hi"u8.ToArray(), TcpPair.RecvAll(taken, 2));
    }

    [Fact]
    public void Only_the_first_Take_receives_the_socket()
    {
        for (var round = 0; round < 100; round++)
        {
            using var pair = new TcpPair();
            using var token = pair.Accepted.Detach()!;
            var takers = Enumerable.Range(0, 4).Select(_ => new ThreadCall<Tcp?>(token.Take)).ToList();
            using var taken = Assert.Single(takers, taker => taker.Value is not null).Value;
            Answers.Fails(Errno.EBADF, token.Take());
            // Disposing a taken token changes nothing.
            token.Dispose();
            Assert.Equal(TcpState.Established, taken!.GetState());
        }
    }

    [Fact]
    public void Disposed_token_closes_its_socket()
    {
        using var pair = new TcpPair();
        var token = pair.Accepted.Detach()!;
        token.Dispose();
        token.Dispose();

        Answers.Fails(Errno.EBADF, token.Take());
        Answers.Fails(Errno.ENODATA, pair.Client.Recv(new byte[1], TcpPair.Limit));
    }

    [Fact]
    public void Token_that_is_never_taken_closes_its_socket_when_it_is_collected()
    {
        using var pair = new TcpPair();
        Lose(pair.Accepted);
        var buffer = new byte[1];
        Eventually.Holds(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return pair.Client.Recv(buffer, TimeSpan.Zero) == Tcp.EndOfStream;
        });
    }

    [Fact]
    public void Known_state_of_the_connection_is_handed_over_with_it()
    {
        using var pair = new TcpPair();
        Assert.True(pair.Client.Shutdown("w"));
        Answers.Fails(Errno.ENODATA, pair.Accepted.Recv(new byte[1], TcpPair.Limit));
        using var taken = pair.Accepted.Detach()!.Take()!;

        Assert.True(taken.IsEof());
    }

    [Fact]
    public void Further_ports_of_a_server_are_handed_over_with_it()
    {
        using var server = MPortsTests.ListenWithPorts(2);
        var first = server.SockName()!;
        using var taken = server.Detach()!.Take()!;
        for (var i = 0; i <= 2; i++)
        {
            using var client = Tcp.CreateClient(first.WithPort(first.Port + i), TcpPair.Limit)!;
            using var accepted = taken.Accept(TcpPair.Limit)!;
            Assert.Equal(first.Port + i, accepted.SockName()!.Port);
        }
    }

    [Fact]
    public void Detach_removes_events_and_cancels_callbacks()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        var ev = dispatcher.Event(IoMethod.Read, pair.Accepted.SockFd, (_, _) => throw new InvalidOperationException("called"));
        Assert.True(dispatcher.Add(ev));
        Assert.True(dispatcher.Accept(pair.Server, (_, _) => throw new InvalidOperationException("accepted")));
        using var accepted = pair.Accepted.Detach();
        using var server = pair.Server.Detach();
        Assert.Equal(1, pair.Client.Send("x"));

        Assert.False(dispatcher.Listening(ev));
        Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(20)));
    }

    private static void Lose(Tcp tcp) => Assert.True(tcp.Detach()!.IsPending);
}
