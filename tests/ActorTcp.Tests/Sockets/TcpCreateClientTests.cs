namespace ActorTcp.Tests.Sockets;

public sealed class TcpCreateClientTests
{
    [Theory]
    [InlineData(Tcp.INADDR_LOOPBACK)]
    [InlineData(Tcp.IN6ADDR_LOOPBACK)]
    public void CreateClient_returns_a_connected_client(string host)
    {
        using var pair = new TcpPair(host);

        Assert.Equal(TcpState.Established, pair.Client.GetState());
        Assert.Equal(pair.Server.SockName(), pair.Client.PeerName());
        Assert.Equal(pair.Client.SockName(), pair.Accepted.PeerName());
    }

    [Fact]
    public void A_port_without_a_listener_is_ECONNREFUSED()
        => Answers.Fails(Errno.ECONNREFUSED, Tcp.CreateClient(LoopbackAddress.Refusing, TcpPair.Limit));

    [Fact]
    public void A_full_backlog_is_ETIMEDOUT_when_the_time_runs_out()
    {
        using var full = new FullBacklog();
        Answers.Fails(Errno.ETIMEDOUT, Tcp.CreateClient(full.Address, TimeSpan.FromMilliseconds(50)));
        Answers.Fails(Errno.ETIMEDOUT, Tcp.CreateClient(full.Address, TimeSpan.Zero));
    }

    [SkippableFact]
    public void Connect_without_a_timeout_is_ETIMEDOUT_after_the_kernels_own_timeout()
    {
        OwnThread.Run(() =>
        {
            OwnThread.EnterOwnNetwork();
            // One retransmission after a second, and one second for its answer. It is set only for the network of this thread.
            File.WriteAllText("/proc/sys/net/ipv4/tcp_syn_retries", "1");
            using var full = new FullBacklog();
            Answers.Fails(Errno.ETIMEDOUT, Tcp.CreateClient(full.Address));
        });
    }

    [SkippableFact]
    public void A_network_without_a_route_is_ENETUNREACH()
    {
        OwnThread.Run(() =>
        {
            OwnThread.EnterEmptyNetwork();
            Answers.Fails(Errno.ENETUNREACH, Tcp.CreateClient(Tcp.SockAddr("192.0.2.1", 9), TcpPair.Limit));
        });
    }

    [Fact]
    public void A_negative_time_out_or_a_missing_address_is_EINVAL()
    {
        Answers.Fails(Errno.EINVAL, Tcp.CreateClient(LoopbackAddress.Refusing, TimeSpan.FromMilliseconds(-1)));
        Answers.Fails(Errno.EINVAL, Tcp.CreateClient(Tcp.SockAddr("nonsense", 1)));
    }

    [Fact]
    public void Connect_never_connects_to_itself()
    {
        // A port of the ephemeral range: the kernel sometimes gives this port to the connect itself. The port must be even, because Linux
        // prefers even ports for connects and odd ports for binds. At ::1 other listeners are rare.
        using var free = TcpPair.Listen(Tcp.IN6ADDR_LOOPBACK);
        var address = free.SockName()!.WithPort(free.SockName()!.Port & ~1);
        free.Close();
        for (var i = 0; i < 20_000; i++)
        {
            using var client = Tcp.CreateClient(address, TcpPair.Limit);
            Assert.NotEqual(address, client?.SockName());
        }
    }
}
