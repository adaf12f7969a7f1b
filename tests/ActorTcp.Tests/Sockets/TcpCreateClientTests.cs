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
            // One repetition, after a second, and a second's wait for its answer; set for this thread's network alone.
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
        // A port of the ephemeral range: now and then the kernel gives the connect that very port. It must be an even one, as Linux prefers
        // these for connects, and odd ones for binds. At ::1 hardly anybody else listens, who could be met there in its place.
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
