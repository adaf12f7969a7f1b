namespace ActorTcp.Tests.Sockets;

/// <summary>The options by which a network treats the packets of a socket, as the kernel has them afterwards.</summary>
public sealed class TcpTuningTests
{
    private const int Ip = SocketNumbers.LevelIp;
    private const int IPv6 = SocketNumbers.LevelIPv6;
    private const int TcpLevel = SocketNumbers.LevelTcp;

    /// <summary>Every kernel has this algorithm, and every process may use it.</summary>
    private const string AlwaysThere = "reno";

    [Fact]
    public void CongestionControl_is_set_by_its_name()
    {
        using var pair = new TcpPair();

        Assert.True(pair.Client.SetCongestionControl(AlwaysThere));

        Assert.Equal(AlwaysThere, RawOptions.Text(pair.Client, TcpLevel, SocketNumbers.TcpCongestion));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no-such-control")]
    [InlineData("reno-and-a-name-that-is-too-long")]
    [InlineData("reno\0x")]
    public void CongestionControl_that_the_kernel_does_not_have_is_ENOENT(string name)
    {
        using var pair = new TcpPair();
        var before = RawOptions.Text(pair.Client, TcpLevel, SocketNumbers.TcpCongestion);

        Answers.Fails(Errno.ENOENT, pair.Client.SetCongestionControl(name));

        Assert.Equal(before, RawOptions.Text(pair.Client, TcpLevel, SocketNumbers.TcpCongestion));
    }

    [Theory]
    [InlineData(Tcp.INADDR_LOOPBACK, Ip, SocketNumbers.IpTos)]
    [InlineData(Tcp.IN6ADDR_LOOPBACK, IPv6, SocketNumbers.IPv6TrafficClass)]
    public void Dscp_is_the_upper_six_bits_of_the_field_and_0_to_63(string host, int level, int name)
    {
        using var pair = new TcpPair(host);
        foreach (var codePoint in new[] { 46, 63, 0 })
        {
            Assert.True(pair.Client.SetDscp(codePoint));
            Assert.Equal(codePoint, RawOptions.Number(pair.Client, level, name) >> 2);
        }

        Answers.Fails(Errno.EINVAL, pair.Client.SetDscp(-1));
        Answers.Fails(Errno.EINVAL, pair.Client.SetDscp(64));
    }

    [Fact]
    public void Dscp_of_a_socket_for_both_families_is_set_for_IPv4_too()
    {
        using var server = TcpPair.Listen(Tcp.IN6ADDR_ANY);

        Assert.True(server.SetDscp(10));

        Assert.Equal(10, RawOptions.Number(server, Ip, SocketNumbers.IpTos) >> 2);
        Assert.Equal(10, RawOptions.Number(server, IPv6, SocketNumbers.IPv6TrafficClass) >> 2);
    }

    [SkippableFact]
    public void Mark_is_set_with_the_right_and_is_EPERM_without()
    {
        OwnThread.Run(() =>
        {
            OwnThread.SkipUnlessRoot();
            using var pair = new TcpPair();
            Assert.True(pair.Client.SetMark(0xFFFF_FFFE));
            Assert.Equal(-2, RawOptions.Number(pair.Client, SocketNumbers.LevelSocket, SocketNumbers.SoMark));

            TestLibc.DropRights();

            Answers.Fails(Errno.EPERM, pair.Client.SetMark(7));
            Assert.Equal(-2, RawOptions.Number(pair.Client, SocketNumbers.LevelSocket, SocketNumbers.SoMark));
        });
    }

    [Fact]
    public void QuickAck_can_be_set_and_cleared()
    {
        using var pair = new TcpPair();
        foreach (var on in new[] { false, true })
        {
            Assert.True(pair.Client.SetQuickAck(on));
            Assert.Equal(on ? 1 : 0, RawOptions.Number(pair.Client, TcpLevel, SocketNumbers.TcpQuickAck));
        }
    }

    [Fact]
    public void NotSentLowWater_is_a_number_of_bytes_and_never_negative()
    {
        using var pair = new TcpPair();
        Assert.True(pair.Client.SetNotSentLowWater(16_384));
        Answers.Fails(Errno.EINVAL, pair.Client.SetNotSentLowWater(-1));

        Assert.Equal(16_384, RawOptions.Number(pair.Client, TcpLevel, SocketNumbers.TcpNotSentLowWater));
    }

    [Fact]
    public void FastOpen_is_a_queue_of_0_to_65535_of_a_server()
    {
        using var server = TcpPair.Listen();
        Assert.True(server.SetFastOpen(16));
        Assert.Equal(16, RawOptions.Number(server, TcpLevel, SocketNumbers.TcpFastOpen));
        Assert.True(server.SetFastOpen(0));
        Answers.Fails(Errno.EINVAL, server.SetFastOpen(-1));
        Answers.Fails(Errno.EINVAL, server.SetFastOpen(65_536));

        using var pair = new TcpPair();
        Answers.Fails(Errno.EINVAL, pair.Client.SetFastOpen(16));
    }

    [SkippableFact]
    public void Further_port_has_the_options_of_the_first()
    {
        OwnThread.Run(() =>
        {
            OwnThread.SkipUnlessRoot();
            using var server = TcpPair.Listen(LoopbackAddress.Next().ToString());
            Assert.True(server.SetCongestionControl(AlwaysThere));
            Assert.True(server.SetDscp(46));
            Assert.True(server.SetMark(5));
            Assert.True(server.SetNotSentLowWater(20_000));
            Assert.True(server.MPorts(1));
            using var client = Tcp.CreateClient(server.SockName()!.WithPort(server.SockName()!.Port + 1), TcpPair.Limit)!;
            using var accepted = server.Accept(TcpPair.Limit)!;

            Assert.Equal(AlwaysThere, RawOptions.Text(accepted, TcpLevel, SocketNumbers.TcpCongestion));
            Assert.Equal(46, RawOptions.Number(accepted, Ip, SocketNumbers.IpTos) >> 2);
            Assert.Equal(5, RawOptions.Number(accepted, SocketNumbers.LevelSocket, SocketNumbers.SoMark));
            Assert.Equal(20_000, RawOptions.Number(accepted, TcpLevel, SocketNumbers.TcpNotSentLowWater));
        });
    }

    [SkippableFact]
    public void Process_without_rights_opens_further_ports_of_a_server_without_a_mark()
    {
        OwnThread.Run(() =>
        {
            OwnThread.SkipUnlessRoot();
            TestLibc.DropRights();
            using var server = TcpPair.Listen(LoopbackAddress.Next().ToString());

            Assert.True(server.MPorts(1));
        });
    }
}
