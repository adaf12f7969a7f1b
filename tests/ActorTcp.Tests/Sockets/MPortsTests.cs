namespace ActorTcp.Tests.Sockets;

public sealed class MPortsTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(Tcp.IN6ADDR_LOOPBACK)]
    public void The_ports_after_the_bound_one_are_listened_on_as_well(string? host)
    {
        using var server = ListenWithPorts(5, host);
        for (var i = 0; i <= 5; i++)
        {
            using var client = Connect(server, i)!;
            using var accepted = server.Accept(out var remote, TcpPair.Limit)!;
            Assert.Equal(client.SockName(), remote);
            Assert.Equal(client.PeerName(), accepted.SockName());
        }
    }

    [Fact]
    public unsafe void Further_ports_have_the_user_time_out_of_the_first()
    {
        using var server = ListenWithPorts(1);
        Assert.True(server.MPorts(0));
        Assert.True(server.SetUserTimeout(12_000));
        Assert.True(server.MPorts(1));
        using var client = Connect(server, 1)!;
        using var accepted = server.Accept(out _, TcpPair.Limit)!;

        int milliseconds;
        uint length = sizeof(int);
        Assert.Equal(0, Libc.GetSockOpt(accepted.SockFd, SocketNumbers.LevelTcp, SocketNumbers.TcpUserTimeout, &milliseconds, &length));
        Assert.Equal(12_000, milliseconds);
    }

    [Fact]
    public void Port_after_the_last_one_is_not_listened_on()
    {
        using var server = ListenWithPorts(5);
        Assert.Equal([true, true, true, true, true, true, false], OpenPorts(server, 7));
    }

    [Fact]
    public void Taken_port_opens_no_further_port_and_is_EADDRINUSE()
    {
        using var server = ListenWithPorts(5);
        Assert.True(server.MPorts(1));
        var before = OpenPorts(server, 6);
        using var taken = Tcp.CreateServer(At(server, 4))!;
        Answers.Fails(Errno.EADDRINUSE, server.MPorts(5));

        // The open ports stay open, and the ports that were opened during the failed call are closed again.
        Assert.Equal([true, true, false, false, true, false], OpenPorts(server, 6));
        using var free = Tcp.CreateServer(At(server, 3));
        Assert.NotNull(free);
        Assert.Equal([true, true, false, false, false, false], before);
    }

    [Fact]
    public void Taken_first_further_port_leaves_the_server_unchanged()
    {
        using var server = ListenWithPorts(1);
        Assert.True(server.MPorts(0));
        using var taken = Tcp.CreateServer(At(server, 1))!;
        Answers.Fails(Errno.EADDRINUSE, server.MPorts(1));

        using var client = Connect(server, 0);
        using var accepted = server.Accept(TcpPair.Limit);
        Assert.NotNull(accepted);
        Assert.Equal(TcpState.Listen, server.GetState());
    }

    [Fact]
    public void Port_count_can_grow_and_shrink_and_0_closes_all_further_ports()
    {
        using var server = ListenWithPorts(4);
        foreach (var count in new[] { 2, 4, 1, 0, 3, 3, 0, 0 })
        {
            Assert.True(server.MPorts(count), Tcp.ErrorText());
            Assert.Equal(Enumerable.Range(0, 6).Select(i => i <= count), OpenPorts(server, 6));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(4097)]
    [InlineData(int.MaxValue)]
    public void A_count_out_of_range_is_EINVAL(int count)
    {
        using var server = TcpPair.Listen();
        Answers.Fails(Errno.EINVAL, server.MPorts(count));
    }

    [Fact]
    public void A_port_past_65535_is_EINVAL()
    {
        var host = LoopbackAddress.Next().ToString();
        Tcp? server = null;
        for (var port = 65535; server is null; port--)
        {
            server = Tcp.CreateServer(Tcp.SockAddr(host, port));
        }

        using (server)
        {
            var port = server.SockName()!.Port;
            Answers.Fails(Errno.EINVAL, server.MPorts(65536 - port));
            Answers.Fails(Errno.EINVAL, server.MPorts(4096));
        }
    }

    [Fact]
    public void Socket_that_does_not_listen_is_EINVAL()
    {
        using var pair = new TcpPair();
        Answers.Fails(Errno.EINVAL, pair.Client.MPorts(1));
        Answers.Fails(Errno.EINVAL, pair.Client.MPorts(0));
    }

    [Fact]
    public void Under_load_connections_of_every_port_are_accepted()
    {
        const int ports = 6;
        const int each = 50;
        using var server = ListenWithPorts(ports - 1);
        var clients = new List<Tcp>();
        for (var i = 0; i < each; i++)
        {
            for (var port = 0; port < ports; port++)
            {
                clients.Add(Connect(server, port)!);
            }
        }

        var first = server.SockName()!.Port;
        var taken = new int[ports];
        for (var i = 0; i < ports * each; i++)
        {
            using var accepted = server.Accept(TcpPair.Limit)!;
            taken[accepted.SockName()!.Port - first]++;
            Assert.InRange(taken.Max() - taken.Min(), 0, 1);
        }

        Assert.All(taken, count => Assert.Equal(each, count));
        clients.ForEach(client => client.Close());
    }

    [Fact]
    public void Descriptor_is_readable_when_any_port_has_a_connection()
    {
        using var dispatcher = new PollDispatcher();
        using var server = ListenWithPorts(3);
        Assert.True(server.MPorts(0));
        var fd = server.SockFd;
        var called = 0;
        var ev = dispatcher.Event(IoMethod.Accept, fd, (_, _) =>
        {
            called++;
            server.Accept(TimeSpan.Zero)?.Close();
            return true;
        });
        Assert.True(dispatcher.Add(ev));
        // Registered before the further ports exist, while they exist, and after they are closed.
        foreach (var count in new[] { 0, 3, 1, 3, 0, 2 })
        {
            Assert.True(server.MPorts(count));
            Assert.Equal(fd, server.SockFd);
            Assert.True(dispatcher.Listening(ev));
            for (var i = 0; i <= count; i++)
            {
                called = 0;
                using var client = Connect(server, i);
                Assert.NotNull(client);
                Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
                Assert.Equal(1, called);
                Assert.Equal(0, dispatcher.Poll(TimeSpan.Zero));
            }
        }
    }

    [Fact]
    public void Callback_accepts_connections_of_all_ports()
    {
        using var dispatcher = new PollDispatcher();
        using var server = ListenWithPorts(3);
        var ports = new List<int>();
        Assert.True(dispatcher.Accept(server, (tcp, _) =>
        {
            ports.Add(tcp.SockName()!.Port);
            tcp.Close();
        }));
        for (var i = 3; i >= 0; i--)
        {
            using var client = Connect(server, i);
            Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        }

        var first = server.SockName()!.Port;
        Assert.Equal([first + 3, first + 2, first + 1, first], ports);
    }

    [Fact]
    public void Options_set_before_and_after_apply_to_connections_of_every_port()
    {
        using var server = ListenWithPorts(2);
        Assert.True(server.MPorts(0));
        Assert.True(server.SetRecvBufferSize(50_000));
        Assert.True(server.SetKeepAlive(true, 5000));
        Assert.True(server.MPorts(2));
        Assert.True(server.SetSendBufferSize(60_000));
        for (var i = 0; i <= 2; i++)
        {
            using var client = Connect(server, i);
            using var accepted = server.Accept(TcpPair.Limit)!;
            Assert.Equal(50_000, accepted.GetRecvBufferSize());
            Assert.Equal(60_000, accepted.GetSendBufferSize());
            using var socket = new System.Net.Sockets.Socket(new System.Net.Sockets.SafeSocketHandle(accepted.SockFd, false));
            Assert.Equal(1, (int)socket.GetSocketOption(System.Net.Sockets.SocketOptionLevel.Socket, System.Net.Sockets.SocketOptionName.KeepAlive)!);
        }
    }

    [Fact]
    public void Object_reports_the_first_port_for_all_ports()
    {
        using var server = TcpPair.Listen();
        var name = server.SockName();
        Assert.True(server.MPorts(1) || server.MPorts(0));

        Assert.Equal(name, server.SockName());
        Assert.Equal(TcpState.Listen, server.GetState());
        Assert.Equal(Errno.None, server.Error());
        Answers.Fails(Errno.ENOTCONN, server.PeerName());
        Answers.Fails(Errno.ENOTCONN, server.Shutdown());
        Answers.Fails(Errno.EAGAIN, server.Accept(TimeSpan.Zero));
    }

    [Fact]
    public void Descriptor_of_several_ports_is_no_socket_and_stays_with_its_object()
    {
        using var server = ListenWithPorts(1);

        Answers.Fails(Errno.ENOTSOCK, Tcp.CreateByFd(server.SockFd));

        Assert.True(server.SockFd >= 0);
    }

    [Fact]
    public void Close_closes_all_ports()
    {
        var server = ListenWithPorts(3);
        var addresses = Enumerable.Range(0, 4).Select(i => At(server, i)).ToList();
        server.Close();

        foreach (var address in addresses)
        {
            using var again = Tcp.CreateServer(address);
            Assert.NotNull(again);
        }
    }

    [Fact]
    public void FlyAway_leaves_the_first_port_at_the_descriptor_and_closes_the_others()
    {
        var server = ListenWithPorts(2);
        var (fd, first, second) = (server.SockFd, At(server, 0), At(server, 1));
        server.FlyAway();
        using var again = Tcp.CreateByFd(fd)!;

        Assert.Equal(first, again.SockName());
        Assert.Equal(TcpState.Listen, again.GetState());
        Assert.Null(Tcp.CreateClient(second, TcpPair.Limit));
    }

    [Fact]
    public void The_descriptor_is_closed_on_exec_with_and_without_further_ports()
    {
        using var server = ListenWithPorts(1);
        Assert.True(OpenDescriptors.FlagsOf(server.SockFd).CloseOnExec);
        Assert.True(server.MPorts(0));
        Assert.Equal((true, true), OpenDescriptors.FlagsOf(server.SockFd));
    }

    [Fact]
    public void Server_can_listen_on_a_thousand_ports()
        => OwnThread.Run(() =>
        {
            using var server = ListenWithPorts(1000);
            for (var i = 0; i <= 1000; i += 250)
            {
                using var client = Connect(server, i);
                using var accepted = server.Accept(TcpPair.Limit)!;
                Assert.Equal(At(server, i), accepted.SockName());
            }
        });

    /// <summary>Creates a server on several ports in a row, at an unused IPv4 address or at any address with enough free ports.</summary>
    internal static Tcp ListenWithPorts(int count, string? host = null)
    {
        host ??= LoopbackAddress.Next().ToString();
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var server = TcpPair.Listen(host);
            if (server.MPorts(count))
            {
                return server;
            }

            // A port is taken, or the last port would be above 65535.
            Assert.True(Tcp.LastErrno is Errno.EADDRINUSE or Errno.EINVAL, Tcp.ErrorText());
            server.Close();
        }

        throw new InvalidOperationException($"nowhere are {count + 1} ports in a row free");
    }

    private static SockAddr At(Tcp server, int offset)
    {
        var first = server.SockName()!;
        return first.WithPort(first.Port + offset);
    }

    private static Tcp? Connect(Tcp server, int offset) => Tcp.CreateClient(At(server, offset), TcpPair.Limit);

    /// <summary>Returns which of the first ports are listened on.</summary>
    private static bool[] OpenPorts(Tcp server, int count)
    {
        var open = new bool[count];
        for (var i = 0; i < count; i++)
        {
            using var client = Connect(server, i);
            open[i] = client is not null;
            using var accepted = server.Accept(TimeSpan.Zero);
        }

        return open;
    }
}
