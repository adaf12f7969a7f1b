namespace ActorTcp.Tests.Sockets;

public sealed class PeerNameTests
{
    [Fact]
    public void PeerName_is_known_after_a_reset_until_Close()
    {
        using var pair = new TcpPair();
        var (client, server) = (pair.Client.SockName(), pair.Server.SockName());
        using var token = pair.Accepted.Detach()!;
        using var accepted = token.Take()!;
        Assert.True(pair.Client.SetLinger(true, 0));
        pair.Client.Close();
        TcpPair.AwaitState(accepted, TcpState.Closed);

        Assert.Equal(client, accepted.PeerName());
        Answers.Fails(Errno.ECONNRESET, accepted.RecvFrom(out var remote, new byte[1], TcpPair.Limit));
        Assert.Equal(client, remote);
        accepted.Close();
        Answers.Fails(Errno.EBADF, accepted.PeerName());
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("callback")]
    [InlineData("descriptor")]
    public void PeerName_of_a_client_is_known_after_a_reset(string how)
    {
        using var dispatcher = new PollDispatcher();
        using var server = TcpPair.Listen();
        using var client = how == "callback"
            ? dispatcher.CreateClient(server.SockName(), (_, _) => { }, TcpPair.Limit)!
            : Tcp.CreateClient(server.SockName(), TcpPair.Limit)!;
        using var accepted = server.Accept(TcpPair.Limit)!;
        Assert.Equal(how == "callback" ? 1 : 0, dispatcher.Poll(how == "callback" ? TcpPair.Limit : TimeSpan.Zero));
        using var other = how == "descriptor" ? Tcp.CreateByFd(client.SockFd) : null;
        Assert.True(accepted.SetLinger(true, 0));
        accepted.Close();
        TcpPair.AwaitState(other ?? client, TcpState.Closed);

        Assert.Equal(server.SockName(), (other ?? client).PeerName());
    }

    [Fact]
    public void Client_connected_to_the_wildcard_address_has_the_real_peer_name()
    {
        using var server = TcpPair.Listen();
        using var client = Tcp.CreateClient(Tcp.SockAddr(Tcp.INADDR_ANY, server.SockName()!.Port), TcpPair.Limit)!;

        Assert.Equal(server.SockName(), client.PeerName());
    }

    [Fact]
    public void IPv4_client_of_an_IPv6_server_has_its_IPv4_address()
    {
        using var dispatcher = new PollDispatcher();
        using var server = TcpPair.Listen(Tcp.IN6ADDR_ANY);
        var address = Tcp.SockAddr(Tcp.INADDR_LOOPBACK, server.SockName()!.Port);
        using var client = Tcp.CreateClient(address, TcpPair.Limit)!;
        using var accepted = server.Accept(out var remote, TcpPair.Limit)!;

        Assert.Equal(client.SockName(), remote);
        Assert.Equal(client.SockName(), accepted.PeerName());
        Assert.Equal(address, accepted.SockName());
        Answers.Fails(Errno.EAGAIN, accepted.RecvFrom(out var from, new byte[1], TimeSpan.Zero));
        Assert.Equal(client.SockName(), from);

        SockAddr? reported = null;
        Assert.True(dispatcher.Accept(server, (tcp, address) =>
        {
            reported = address;
            tcp.Close();
        }));
        using var second = Tcp.CreateClient(address, TcpPair.Limit)!;
        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal(second.SockName(), reported);
    }

    [Fact]
    public void Further_ports_of_a_server_on_a_mapped_address_are_opened()
    {
        var address = LoopbackAddress.Next().ToString();
        using var server = TcpPair.Listen($"::ffff:{address}");
        Assert.True(server.MPorts(1), Tcp.ErrorText());
        using var client = Tcp.CreateClient(Tcp.SockAddr(address, server.SockName()!.Port + 1), TcpPair.Limit);
        using var accepted = server.Accept(TcpPair.Limit);

        Assert.NotNull(accepted);
    }
}
