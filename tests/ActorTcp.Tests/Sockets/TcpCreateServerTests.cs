namespace ActorTcp.Tests.Sockets;

public sealed class TcpCreateServerTests
{
    [Theory]
    [InlineData(Tcp.INADDR_LOOPBACK)]
    [InlineData(Tcp.IN6ADDR_LOOPBACK)]
    [InlineData(Tcp.INADDR_ANY)]
    [InlineData(Tcp.IN6ADDR_ANY)]
    public void Port_0_is_a_port_that_the_system_chose(string host)
    {
        using var server = TcpPair.Listen(host);

        Assert.Equal(host, server.SockName()!.Addr);
        Assert.InRange(server.SockName()!.Port, 1, 65535);
        Assert.Equal(TcpState.Listen, server.GetState());
    }

    [Fact]
    public void Server_on_the_IPv6_wildcard_accepts_IPv4_too()
    {
        using var server = TcpPair.Listen(Tcp.IN6ADDR_ANY);
        using var client = Tcp.CreateClient(Tcp.SockAddr(Tcp.INADDR_LOOPBACK, server.SockName()!.Port), TcpPair.Limit);
        using var accepted = server.Accept(out var remote, TcpPair.Limit);

        Assert.NotNull(accepted);
        Assert.Equal(Tcp.INADDR_LOOPBACK, remote!.Addr);
        Assert.Equal(client!.SockName()!.Port, remote.Port);
    }

    [Fact]
    public void A_taken_port_is_EADDRINUSE()
    {
        using var first = TcpPair.Listen();
        Answers.Fails(Errno.EADDRINUSE, Tcp.CreateServer(first.SockName()));
    }

    [Fact]
    public void A_port_can_be_bound_again_while_old_connections_of_it_linger()
    {
        var pair = new TcpPair(LoopbackAddress.Next().ToString());
        var name = pair.Server.SockName()!;
        // The server's side closes first, so that TIME_WAIT is at its port.
        pair.Server.Close();
        pair.Accepted.Close();
        pair.Client.Close();

        using var again = Tcp.CreateServer(name);
        Assert.NotNull(again);
    }

    [Fact]
    public void Address_of_another_host_is_EADDRNOTAVAIL()
        => Answers.Fails(Errno.EADDRNOTAVAIL, Tcp.CreateServer(Tcp.SockAddr("192.0.2.1", 0)));

    [Fact]
    public void An_unknown_device_is_ENODEV()
    {
        Answers.Fails(Errno.ENODEV, Tcp.CreateServer(Tcp.SockAddr(Tcp.INADDR_ANY, 0), 5, "no-such-dev"));
        Answers.Fails(Errno.ENODEV, Tcp.CreateServer(Tcp.SockAddr(Tcp.INADDR_ANY, 0), 5, "a-name-longer-than-a-device-can-have"));
    }

    [Fact]
    public void A_server_can_be_bound_to_a_device()
    {
        using var server = Tcp.CreateServer(Tcp.SockAddr(Tcp.INADDR_ANY, 0), 5, "lo")!;
        using var client = Tcp.CreateClient(Tcp.SockAddr(Tcp.INADDR_LOOPBACK, server.SockName()!.Port), TcpPair.Limit);
        using var accepted = server.Accept(TcpPair.Limit);

        Assert.NotNull(accepted);
    }

    [SkippableFact]
    public void A_privileged_port_without_the_right_is_EACCES()
    {
        OwnThread.Run(() =>
        {
            OwnThread.SkipUnlessRoot();
            Skip.If(int.Parse(File.ReadAllText("/proc/sys/net/ipv4/ip_unprivileged_port_start"), null) <= 1, "every process may bind every port here");
            TestLibc.DropRights();
            Answers.Fails(Errno.EACCES, Tcp.CreateServer(Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 1)));
        });
    }

    [Fact]
    public void Missing_address_is_EINVAL_as_after_a_malformed_one()
        => Answers.Fails(Errno.EINVAL, Tcp.CreateServer(Tcp.SockAddr("nonsense", 1)));

    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(0)]
    [InlineData(65536)]
    [InlineData(int.MaxValue)]
    public void A_backlog_out_of_range_is_clamped(int backlog)
    {
        using var server = TcpPair.Listen(backlog: backlog);
        using var client = Tcp.CreateClient(server.SockName(), TcpPair.Limit);
        using var accepted = server.Accept(TcpPair.Limit);

        Assert.NotNull(accepted);
    }

    [Fact]
    public void The_descriptor_is_non_blocking_and_closed_on_exec()
    {
        using var pair = new TcpPair();
        foreach (var tcp in new[] { pair.Server, pair.Client, pair.Accepted })
        {
            Assert.Equal((true, true), OpenDescriptors.FlagsOf(tcp.SockFd));
        }
    }
}
