namespace ActorTcp.Tests.Sockets;

public sealed class TcpStateTests
{
    [Theory]
    [InlineData(TcpState.Closed, 0)]
    [InlineData(TcpState.Listen, 1)]
    [InlineData(TcpState.SynSent, 2)]
    [InlineData(TcpState.SynRcvd, 3)]
    [InlineData(TcpState.Established, 4)]
    [InlineData(TcpState.FinWait1, 5)]
    [InlineData(TcpState.FinWait2, 6)]
    [InlineData(TcpState.CloseWait, 7)]
    [InlineData(TcpState.Closing, 8)]
    [InlineData(TcpState.LastAck, 9)]
    [InlineData(TcpState.TimeWait, 10)]
    public void State_numbers_are_those_of_the_documentation(TcpState state, int number) => Assert.Equal(number, (int)state);

    // include/net/tcp_states.h
    [Theory]
    [InlineData(1, TcpState.Established)]
    [InlineData(2, TcpState.SynSent)]
    [InlineData(3, TcpState.SynRcvd)]
    [InlineData(4, TcpState.FinWait1)]
    [InlineData(5, TcpState.FinWait2)]
    [InlineData(6, TcpState.TimeWait)]
    [InlineData(7, TcpState.Closed)]
    [InlineData(8, TcpState.CloseWait)]
    [InlineData(9, TcpState.LastAck)]
    [InlineData(10, TcpState.Listen)]
    [InlineData(11, TcpState.Closing)]
    [InlineData(12, TcpState.SynRcvd)]
    public void State_numbers_of_Linux_are_mapped(int linux, TcpState state) => Assert.Equal(state, Tcp.StateFromLinux(linux));

    [Fact]
    public void Fresh_socket_and_reset_connection_are_in_state_Closed()
    {
        using var fresh = Tcp.CreateByFd(TestLibc.Socket(Tcp.AF_INET, 1, 0))!;
        Assert.Equal(TcpState.Closed, fresh.GetState());

        using var pair = new TcpPair();
        Assert.True(pair.Accepted.SetLinger(true, 0));
        pair.Accepted.Close();
        TcpPair.AwaitState(pair.Client, TcpState.Closed);
    }

    [Fact]
    public void A_server_listens_and_its_connections_are_established()
    {
        using var pair = new TcpPair();
        Assert.Equal(TcpState.Listen, pair.Server.GetState());
        Assert.Equal(TcpState.Established, pair.Client.GetState());
        Assert.Equal(TcpState.Established, pair.Accepted.GetState());
    }

    [Fact]
    public void A_connect_that_hangs_has_sent_SYN()
    {
        using var full = new FullBacklog();
        using var dispatcher = new PollDispatcher();
        using var connecting = dispatcher.CreateClient(full.Address, (_, _) => { })!;
        Assert.Equal(TcpState.SynSent, connecting.GetState());
    }

    [Fact]
    public void Orderly_close_passes_FinWait2_and_CloseWait_to_Closed()
    {
        using var pair = new TcpPair();
        Assert.True(pair.Client.Shutdown("w"));
        TcpPair.AwaitState(pair.Client, TcpState.FinWait2);
        TcpPair.AwaitState(pair.Accepted, TcpState.CloseWait);

        Assert.True(pair.Accepted.Shutdown("w"));
        // Linux keeps TIME_WAIT separate from the descriptor, which reports closed.
        TcpPair.AwaitState(pair.Client, TcpState.Closed);
        TcpPair.AwaitState(pair.Accepted, TcpState.Closed);
    }

    [Fact]
    public void Unsent_bytes_keep_a_close_in_FinWait1_and_the_peers_close_makes_it_Closing()
    {
        using var pair = new TcpPair();
        TcpPair.SendUntilBlocked(pair.Client);
        Assert.True(pair.Client.Shutdown("w"));
        Assert.Equal(TcpState.FinWait1, pair.Client.GetState());

        Assert.True(pair.Accepted.Shutdown("w"));
        TcpPair.AwaitState(pair.Client, TcpState.Closing);
    }

    [Fact]
    public void Unsent_bytes_keep_the_second_close_in_LastAck()
    {
        using var pair = new TcpPair();
        TcpPair.SendUntilBlocked(pair.Client);
        Assert.True(pair.Accepted.Shutdown("w"));
        TcpPair.AwaitState(pair.Client, TcpState.CloseWait);

        Assert.True(pair.Client.Shutdown("w"));
        Assert.Equal(TcpState.LastAck, pair.Client.GetState());
    }

    [Fact]
    public void Unavailable_names_are_null()
    {
        using var pair = new TcpPair();
        Answers.Fails(Errno.ENOTCONN, pair.Server.PeerName());
        Assert.NotNull(pair.Client.PeerName());

        pair.Client.Close();
        Answers.Fails(Errno.EBADF, pair.Client.PeerName());
        Answers.Fails(Errno.EBADF, pair.Client.SockName());
    }

    [Fact]
    public void Error_is_reported_once()
    {
        using var pair = new TcpPair();
        Assert.Equal(Errno.None, pair.Client.Error());
        Assert.True(pair.Accepted.SetLinger(true, 0));
        pair.Accepted.Close();
        TcpPair.AwaitState(pair.Client, TcpState.Closed);

        Assert.Equal(Errno.ECONNRESET, pair.Client.Error());
        Assert.Equal(Errno.None, pair.Client.Error());
    }
}
