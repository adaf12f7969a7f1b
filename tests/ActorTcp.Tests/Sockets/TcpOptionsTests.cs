namespace ActorTcp.Tests.Sockets;

/// <summary>Each option as the kernel has it afterwards, read by the framework's own socket class.</summary>
public sealed class TcpOptionsTests
{
    private const int MiB = 1024 * 1024;

    [Fact]
    public void KeepAlive_is_set_in_whole_seconds_rounded_up()
    {
        using var pair = new TcpPair();
        Assert.True(pair.Client.SetKeepAlive(true, 6001));
        Assert.Equal((1, 7, 7, 3), KeepAliveOf(pair.Client));

        Assert.True(pair.Client.SetKeepAlive(true, 1, 2000, 9));
        Assert.Equal((1, 1, 2, 9), KeepAliveOf(pair.Client));

        Assert.True(pair.Client.SetKeepAlive(false));
        Assert.Equal(0, KeepAliveOf(pair.Client).On);
    }

    [Theory]
    [InlineData(null, null, 3)]
    [InlineData(0, null, 3)]
    [InlineData(-1, null, 3)]
    [InlineData(1000, 0, 3)]
    [InlineData(1000, -1, 3)]
    [InlineData(1000, null, 0)]
    [InlineData(1000, null, 128)]
    [InlineData(int.MaxValue, null, 3)]
    public void KeepAlive_without_a_positive_idle_or_past_the_kernels_limits_is_EINVAL(int? idle, int? interval, int count)
    {
        using var pair = new TcpPair();
        Answers.Fails(Errno.EINVAL, pair.Client.SetKeepAlive(true, idle, interval, count));
        Assert.Equal(0, KeepAliveOf(pair.Client).On);
    }

    [Theory]
    [InlineData(10_000, 20_000, 128)]
    [InlineData(10_000, 40_000_000, 3)]
    [InlineData(10_000, -1, 3)]
    [InlineData(40_000_000, 1000, 3)]
    public void Refused_KeepAlive_changes_nothing(int idle, int interval, int count)
    {
        using var pair = new TcpPair();
        Assert.True(pair.Client.SetKeepAlive(true, 5000, 6000, 7));
        using var server = TcpPair.Listen(LoopbackAddress.Next().ToString());
        Assert.True(server.MPorts(1));
        Assert.True(server.SetKeepAlive(true, 5000, 6000, 7));

        Answers.Fails(Errno.EINVAL, pair.Client.SetKeepAlive(true, idle, interval, count));
        Answers.Fails(Errno.EINVAL, server.SetKeepAlive(true, idle, interval, count));

        Assert.Equal((1, 5, 6, 7), KeepAliveOf(pair.Client));
        foreach (var port in new[] { 0, 1 })
        {
            // An accepted connection has the options of its port.
            using var client = Tcp.CreateClient(server.SockName()!.WithPort(server.SockName()!.Port + port), TcpPair.Limit);
            using var accepted = server.Accept(TcpPair.Limit)!;
            Assert.Equal((1, 5, 6, 7), KeepAliveOf(accepted));
        }
    }

    [Fact]
    public void KeepAlive_takes_the_kernels_largest_values()
    {
        using var pair = new TcpPair();
        Assert.True(pair.Client.SetKeepAlive(true, 32_767_000, 32_767_000, 127));
        Assert.Equal((1, 32767, 32767, 127), KeepAliveOf(pair.Client));
    }

    [Fact]
    public void UserTimeout_is_set_in_milliseconds_and_never_negative()
    {
        using var pair = new TcpPair();

        Assert.True(pair.Client.SetUserTimeout(1234));
        Assert.Equal(1234, RawOptions.Number(pair.Client, SocketNumbers.LevelTcp, SocketNumbers.TcpUserTimeout));
        Answers.Fails(Errno.EINVAL, pair.Client.SetUserTimeout(-1));
        Assert.Equal(1234, RawOptions.Number(pair.Client, SocketNumbers.LevelTcp, SocketNumbers.TcpUserTimeout));
        Assert.True(pair.Client.SetUserTimeout(0));
    }

    [Fact]
    public void NoDelay_and_ReuseAddr_can_be_set_and_cleared()
    {
        using var pair = new TcpPair();
        foreach (var on in new[] { true, false })
        {
            Assert.True(pair.Client.SetNoDelay(on));
            Assert.Equal(on, Get(pair.Client, SocketOptionLevel.Tcp, SocketOptionName.NoDelay) != 0);
            Assert.True(pair.Client.SetReuseAddr(on));
            Assert.Equal(on ? 1 : 0, RawOptions.Number(pair.Client, 1, 2));
        }
    }

    [Fact]
    public void A_server_has_ReuseAddr_from_the_start()
    {
        using var server = TcpPair.Listen();
        Assert.Equal(1, RawOptions.Number(server, 1, 2));
    }

    [Fact]
    public void Linger_is_seconds_in_range()
    {
        using var pair = new TcpPair();
        Assert.True(pair.Client.SetLinger(true, 32767));
        Assert.Equal(32767, LingerOf(pair.Client));
        Assert.True(pair.Client.SetLinger(true, 0));
        Assert.Equal(0, LingerOf(pair.Client));
        Assert.True(pair.Client.SetLinger(false, 0));
        Assert.Null(LingerOf(pair.Client));

        Answers.Fails(Errno.EINVAL, pair.Client.SetLinger(true, -1));
        Answers.Fails(Errno.EINVAL, pair.Client.SetLinger(true, 32768));
        Answers.Fails(Errno.EINVAL, pair.Client.SetLinger(false, -1));
    }

    [Fact]
    public void Linger_of_0_makes_Close_reset()
    {
        using var pair = new TcpPair();
        Assert.True(pair.Accepted.SetLinger(true, 0));
        pair.Accepted.Close();

        Answers.Fails(Errno.ECONNRESET, pair.Client.Recv(new byte[1], TcpPair.Limit));
    }

    [Theory]
    [InlineData(Tcp.INADDR_LOOPBACK, 0, 2)]
    [InlineData(Tcp.IN6ADDR_LOOPBACK, 41, 16)]
    public void Ttl_is_1_to_255(string host, int level, int name)
    {
        using var pair = new TcpPair(host);
        foreach (var ttl in new[] { 1, 64, 255 })
        {
            Assert.True(pair.Client.SetTtl(ttl));
            Assert.Equal(ttl, RawOptions.Number(pair.Client, level, name));
        }

        foreach (var ttl in new[] { int.MinValue, -1, 0, 256, 300 })
        {
            Answers.Fails(Errno.EINVAL, pair.Client.SetTtl(ttl));
        }
    }

    [Fact]
    public void IPv6Only_can_be_set_until_the_socket_is_bound()
    {
        using var fresh = Tcp.CreateByFd(TestLibc.Socket(Tcp.AF_INET6, 1, 0))!;
        Assert.True(fresh.SetIPv6Only(true));
        Assert.Equal(1, RawOptions.Number(fresh, 41, 26));
        Assert.True(fresh.SetIPv6Only(false));
        Assert.Equal(0, RawOptions.Number(fresh, 41, 26));

        using var server = TcpPair.Listen(Tcp.IN6ADDR_ANY);
        Answers.Fails(Errno.EINVAL, server.SetIPv6Only(true));
        using var old = TcpPair.Listen();
        Answers.Fails(Errno.ENOPROTOOPT, old.SetIPv6Only(true));
    }

    [Fact]
    public void Buffer_sizes_are_1024_bytes_to_16_MiB()
    {
        using var pair = new TcpPair();
        foreach (var size in new[] { int.MinValue, -1, 0, 1023, (16 * MiB) + 1, 17 * MiB, int.MaxValue })
        {
            Answers.Fails(Errno.EINVAL, pair.Client.SetRecvBufferSize(size));
            Answers.Fails(Errno.EINVAL, pair.Client.SetSendBufferSize(size));
        }

        foreach (var size in new[] { 1024, 16 * MiB })
        {
            Assert.True(pair.Client.SetRecvBufferSize(size));
            Assert.True(pair.Client.SetSendBufferSize(size));
        }
    }

    [Fact]
    public void Buffer_size_is_read_back_as_set_within_the_kernels_limit()
    {
        using var pair = new TcpPair();
        var most = int.Parse(File.ReadAllText("/proc/sys/net/core/rmem_max"), null);
        foreach (var size in new[] { 8192, 65536, most })
        {
            Assert.True(pair.Client.SetRecvBufferSize(size));
            Assert.Equal(size, pair.Client.GetRecvBufferSize());
        }

        Assert.True(pair.Client.SetRecvBufferSize(16 * MiB));
        Assert.Equal(Math.Min(most, 16 * MiB), pair.Client.GetRecvBufferSize());
        Assert.True(pair.Client.SetSendBufferSize(65536));
        Assert.Equal(65536, pair.Client.GetSendBufferSize());
        // The minimum of Linux is larger than this.
        Assert.True(pair.Client.SetSendBufferSize(1024));
        Assert.InRange(pair.Client.GetSendBufferSize(), 1024, 8192);
    }

    [Fact]
    public void A_socket_can_be_bound_to_a_device_and_unbound()
    {
        using var fresh = Tcp.CreateByFd(TestLibc.Socket(Tcp.AF_INET, 1, 0))!;
        Assert.True(fresh.BindToDevice("lo"));
        Assert.True(fresh.BindToDevice());
        Assert.True(fresh.BindToDevice("lo"));
        Assert.True(fresh.BindToDevice(""));
        Answers.Fails(Errno.ENODEV, fresh.BindToDevice("no-such-dev"));
        Answers.Fails(Errno.ENODEV, fresh.BindToDevice("lo\0x"));
        Answers.Fails(Errno.ENODEV, fresh.BindToDevice(new string('x', 16)));
    }

    [SkippableFact]
    public void Unbinding_from_a_device_without_the_right_is_EPERM()
    {
        OwnThread.Run(() =>
        {
            OwnThread.SkipUnlessRoot();
            using var fresh = Tcp.CreateByFd(TestLibc.Socket(Tcp.AF_INET, 1, 0))!;
            Assert.True(fresh.BindToDevice("lo"));
            TestLibc.DropRights();
            // Linux allows every process to bind an unbound socket.
            Answers.Fails(Errno.EPERM, fresh.BindToDevice());
        });
    }

    private static (int On, int Idle, int Interval, int Count) KeepAliveOf(Tcp tcp)
        => (RawOptions.Number(tcp, 1, 9), RawOptions.Number(tcp, 6, 4), RawOptions.Number(tcp, 6, 5), RawOptions.Number(tcp, 6, 6));

    private static int? LingerOf(Tcp tcp)
    {
        Span<byte> linger = stackalloc byte[8];
        using var socket = RawOptions.Borrow(tcp);
        socket.GetRawSocketOption(1, 13, linger);
        return BitConverter.ToInt32(linger) != 0 ? BitConverter.ToInt32(linger[4..]) : null;
    }

    private static int Get(Tcp tcp, SocketOptionLevel level, SocketOptionName name)
    {
        using var socket = RawOptions.Borrow(tcp);
        return (int)socket.GetSocketOption(level, name)!;
    }
}
