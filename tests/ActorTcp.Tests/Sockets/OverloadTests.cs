namespace ActorTcp.Tests.Sockets;

/// <summary>Each form of a documented call binds to the expected overload. An integer is never a timeout.</summary>
public sealed class OverloadTests
{
    private static readonly byte[] Bytes = [1, 2, 3, 4, 5];

    [Fact]
    public void An_integer_after_a_buffer_to_send_is_an_offset()
    {
        using var pair = new TcpPair();

        Assert.Equal(4, pair.Client.Send(Bytes, 1));
        Assert.Equal(2, pair.Client.Send(Bytes, 1, 2));
        Assert.Equal(2, pair.Client.Send(Bytes, 3, 2, TimeSpan.FromSeconds(1)));
        Assert.Equal(2, pair.Client.Send(Bytes, 3, 2, null));
        Assert.Equal(1, pair.Client.SendTo(null, Bytes, 4));
        Assert.Equal(1, pair.Client.SendTo(null, Bytes, 0, 1));
        Assert.Equal(1, pair.Client.SendTo(null, Bytes, 1, 1, TimeSpan.FromSeconds(1)));
        Assert.Equal(0, pair.Client.Send(Bytes, 5));

        Assert.Equal([2, 3, 4, 5, 2, 3, 4, 5, 4, 5, 5, 1, 2], TcpPair.RecvAll(pair.Accepted, 13));
    }

    [Fact]
    public void An_integer_after_a_buffer_to_receive_into_is_an_offset()
    {
        using var pair = new TcpPair();
        Assert.Equal(5, pair.Client.Send(Bytes));
        var buffer = new byte[4];
        Eventually.Holds(() => pair.Accepted.Pending() == 5);

        Assert.Equal(1, pair.Accepted.Recv(buffer, 3));
        Assert.Equal(1, pair.Accepted.RecvFrom(out _, buffer, 3));
        Assert.Equal(1, pair.Accepted.Recv(buffer, 0, 1));
        Assert.Equal(1, pair.Accepted.RecvFrom(out _, buffer, 1, 1));
        Assert.Equal(1, pair.Accepted.Recv(buffer, 2, 1, TimeSpan.FromSeconds(1)));

        Assert.Equal([3, 4, 5, 2], buffer);
    }

    [Fact]
    public void An_offset_past_the_end_is_refused()
    {
        using var pair = new TcpPair();
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.Send(Bytes, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.Send(Bytes, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.SendTo(null, Bytes, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.Recv(new byte[1], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.RecvFrom(out _, new byte[1], -1));
        Assert.Throws<ArgumentNullException>(() => pair.Client.Send((byte[])null!, 0));
        Assert.Throws<ArgumentNullException>(() => pair.Client.Recv(null!, 0));
    }

    [Fact]
    public void Every_kind_of_bytes_is_sent_as_bytes()
    {
        using var pair = new TcpPair();
        Assert.Equal(0, pair.Client.Send([]));
        Assert.Equal(0, pair.Client.SendTo(null, []));
        Assert.Equal(2, pair.Client.Send([1, 2]));
        Assert.Equal(2, pair.Client.Send(new ArraySegment<byte>(Bytes, 2, 2)));
        Assert.Equal(1, pair.Client.SendTo(null, new ArraySegment<byte>(Bytes, 4, 1)));
        Assert.Equal(1, pair.Client.Send(Bytes.AsMemory(0, 1)));
        Assert.Equal(1, pair.Client.Send((ReadOnlyMemory<byte>)Bytes.AsMemory(1, 1)));
        Assert.Equal(1, pair.Client.Send(Bytes.AsSpan(2, 1)));
        Assert.Equal(1, pair.Client.Send("\x04"u8));
        Assert.Equal(1, pair.Client.Send("\x05"));
        Assert.Equal(10, pair.Client.Send([Bytes, Bytes]));
        Assert.Equal(5, pair.Client.Send(new List<ReadOnlyMemory<byte>> { Bytes }));

        Assert.Equal([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, .. Bytes, .. Bytes, .. Bytes], TcpPair.RecvAll(pair.Accepted, 25));
    }

    [Fact]
    public void Every_kind_of_buffer_is_received_into()
    {
        using var pair = new TcpPair();
        Assert.Equal(5, pair.Client.Send(Bytes, null));
        var buffer = new byte[5];

        Assert.Equal(0, pair.Accepted.Recv([]));
        Assert.Equal(1, pair.Accepted.Recv(new ArraySegment<byte>(buffer, 0, 1)));
        Assert.Equal(1, pair.Accepted.RecvFrom(out _, new ArraySegment<byte>(buffer, 1, 1)));
        Assert.Equal(1, pair.Accepted.Recv(buffer.AsSpan(2, 1), null));
        Assert.Equal(2, TcpPair.RecvAll(pair.Accepted, 2).Length);
        Assert.Equal([1, 2, 3, 0, 0], buffer);
    }

    [Fact]
    public void Accept_null_removes_the_callback()
    {
        using var server = TcpPair.Listen();
        using var dispatcher = new PollDispatcher();
        Assert.True(dispatcher.Accept(server, (_, _) => { }));
        Answers.Fails(Errno.EALREADY, server.Accept(TimeSpan.Zero));

        Assert.True(server.Accept(null));

        Answers.Fails(Errno.EAGAIN, server.Accept(TimeSpan.Zero));
        Answers.Fails(Errno.EAGAIN, server.Accept(out _, TimeSpan.Zero));
    }

    [Fact]
    public void CreateClient_null_connects_without_a_time_out()
    {
        using var server = TcpPair.Listen();
        using var client = Tcp.CreateClient(server.SockName(), null);
        using var other = Tcp.CreateClient(server.SockName(), timeout: null);

        Assert.Equal(TcpState.Established, client!.GetState());
        Assert.Equal(TcpState.Established, other!.GetState());
    }
}
