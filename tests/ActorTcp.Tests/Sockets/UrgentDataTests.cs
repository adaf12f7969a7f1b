namespace ActorTcp.Tests.Sockets;

public sealed class UrgentDataTests
{
    [Fact]
    public void Urgent_byte_is_received_and_ends_its_Except_event()
    {
        using var dispatcher = new PollDispatcher();
        using var server = TcpPair.Listen();
        using var sender = new Socket(SocketType.Stream, ProtocolType.Tcp);
        sender.Connect(server.SockName()!.ToIPEndPoint());
        using var accepted = server.Accept(TcpPair.Limit)!;
        var calls = 0;
        Assert.True(dispatcher.Add(dispatcher.Event(IoMethod.Except, accepted.SockFd, (_, _) => ++calls > 0)));
        Answers.Fails(Errno.EAGAIN, accepted.RecvUrgent(out _));

        sender.Send("ab"u8);
        sender.Send("!"u8, SocketFlags.OutOfBand);

        // It is reported in each turn until it is received.
        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal(1, accepted.RecvUrgent(out var value));
        Assert.Equal((byte)'!', value);
        Assert.Equal(0, dispatcher.Poll(TimeSpan.FromMilliseconds(20)));
        Assert.Equal(2, calls);
        Answers.Fails(Errno.EAGAIN, accepted.RecvUrgent(out value));
        Assert.Equal(0, value);

        Assert.Equal("ab"u8.ToArray(), TcpPair.RecvAll(accepted, 2));
        sender.Send("c"u8);
        Assert.Equal("c"u8.ToArray(), TcpPair.RecvAll(accepted, 1));
    }

    [Fact]
    public void Socket_without_a_connection_has_no_urgent_byte()
    {
        using var server = TcpPair.Listen(LoopbackAddress.Next().ToString());
        Answers.Fails(Errno.ENOTCONN, server.RecvUrgent(out _));
        Assert.True(server.MPorts(1));
        Answers.Fails(Errno.ENOTCONN, server.RecvUrgent(out _));

        using var pair = new TcpPair();
        Assert.True(pair.Client.Shutdown("r"));
        Assert.True(pair.Client.RecvUrgent(out _).IsEndOfStream);
    }
}
