namespace ActorTcp.Tests.Sockets;

public sealed class TcpAcceptTests
{
    [Fact]
    public void Connections_are_accepted_in_order_with_their_remote_address()
    {
        using var server = TcpPair.Listen();
        var clients = Enumerable.Range(0, 5).Select(_ => Tcp.CreateClient(server.SockName(), TcpPair.Limit)!).ToList();
        foreach (var client in clients)
        {
            using var accepted = server.Accept(out var remote, TcpPair.Limit)!;
            Assert.Equal(client.SockName(), remote);
            Assert.Equal(remote, accepted.PeerName());
            Assert.Equal(server.SockName(), accepted.SockName());
            client.Close();
        }
    }

    [Fact]
    public void Wait_that_times_out_is_EAGAIN()
    {
        using var server = TcpPair.Listen();
        Answers.Fails(Errno.EAGAIN, server.Accept(TimeSpan.Zero));

        var watch = Stopwatch.StartNew();
        Answers.Fails(Errno.EAGAIN, server.Accept(out var remote, TimeSpan.FromMilliseconds(50)));
        Assert.Null(remote);
        Assert.True(watch.ElapsedMilliseconds >= 49, $"{watch.ElapsedMilliseconds} ms");
    }

    [Fact]
    public void Wait_without_a_timeout_accepts_a_later_connection()
    {
        using var server = TcpPair.Listen();
        var connecting = new ThreadCall<Tcp?>(() => Tcp.CreateClient(server.SockName(), TcpPair.Limit));
        using var accepted = server.Accept();
        using var client = connecting.Value;

        Assert.NotNull(accepted);
    }

    [Fact]
    public void A_negative_time_out_is_EINVAL()
    {
        using var server = TcpPair.Listen();
        Answers.Fails(Errno.EINVAL, server.Accept(TimeSpan.FromMilliseconds(-1)));
    }

    [Fact]
    public void Socket_that_does_not_listen_is_EINVAL()
    {
        using var pair = new TcpPair();
        Answers.Fails(Errno.EINVAL, pair.Client.Accept(TimeSpan.Zero));
        Answers.Fails(Errno.EINVAL, pair.Client.Accept());
    }

    [Fact]
    public void Synchronous_accept_while_a_callback_is_set_is_EALREADY()
    {
        using var dispatcher = new PollDispatcher();
        using var server = TcpPair.Listen();
        Assert.True(dispatcher.Accept(server, (_, _) => { }));
        Answers.Fails(Errno.EALREADY, server.Accept(TimeSpan.Zero));
        Answers.Fails(Errno.EALREADY, server.Accept());

        Assert.True(server.Accept(null));
        Answers.Fails(Errno.EAGAIN, server.Accept(TimeSpan.Zero));
    }

    [Fact]
    public void Connection_that_was_reset_in_the_backlog_does_not_fail_the_accept()
    {
        using var server = TcpPair.Listen();
        using (var gone = Tcp.CreateClient(server.SockName(), TcpPair.Limit)!)
        {
            Assert.True(gone.SetLinger(true, 0));
        }

        using var client = Tcp.CreateClient(server.SockName(), TcpPair.Limit)!;
        // Linux also returns the reset connection; the second one is the subject.
        using var first = server.Accept(out var remote, TcpPair.Limit)!;
        using var second = remote == client.SockName() ? null : server.Accept(out remote, TcpPair.Limit);
        Assert.Equal(client.SockName(), remote);
    }

    [Fact]
    public void Accept_without_a_free_descriptor_is_EMFILE_and_the_connection_stays_queued()
        => ChildProcess.Run(AcceptWithoutDescriptors);

    private static void AcceptWithoutDescriptors()
    {
        using var server = TcpPair.Listen();
        using var client = Tcp.CreateClient(server.SockName(), TcpPair.Limit)!;
        using var taken = server.Accept(TcpPair.Limit)!;
        using var waiting = Tcp.CreateClient(server.SockName(), TcpPair.Limit)!;
        using (new ExhaustedDescriptors())
        {
            Answers.Fails(Errno.EMFILE, server.Accept(TimeSpan.Zero));
            // Not a timeout: a wait would never succeed.
            Answers.Fails(Errno.EMFILE, server.Accept());
            Answers.Fails(Errno.EMFILE, Tcp.CreateServer(Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0)));
            Answers.Fails(Errno.EMFILE, Tcp.CreateClient(server.SockName()));
            Answers.Fails(Errno.EMFILE, Tcp.CreateClient(server.SockName(), (_, _) => { }));
            Answers.Fails(Errno.EMFILE, server.MPorts(1));
        }

        using var accepted = server.Accept(out var remote, TcpPair.Limit)!;
        Assert.Equal(waiting.SockName(), remote);
    }
}
