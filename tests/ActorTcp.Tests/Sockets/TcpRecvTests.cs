namespace ActorTcp.Tests.Sockets;

public sealed class TcpRecvTests
{
    [Fact]
    public void Available_bytes_are_received_up_to_the_length()
    {
        using var pair = new TcpPair();
        Assert.Equal(10, pair.Client.Send("0123456789"));
        Eventually.Holds(() => pair.Accepted.Pending() == 10);
        var buffer = new byte[100];

        Assert.Equal(4, pair.Accepted.Recv(buffer.AsSpan(0, 4)));
        Assert.Equal(2, pair.Accepted.Recv(buffer, 4, 2));
        Assert.Equal(4, pair.Accepted.Recv(buffer.AsSpan(6)));
        Assert.Equal("0123456789"u8.ToArray(), buffer[..10]);
        Assert.Equal(0, pair.Accepted.Pending());
    }

    [Fact]
    public void RecvFrom_returns_the_peers_address()
    {
        using var pair = new TcpPair();
        Assert.Equal(3, pair.Client.Send("abc"));
        var buffer = new byte[1];

        Assert.Equal(1, pair.Accepted.RecvFrom(out var remote, buffer, TcpPair.Limit));
        Assert.Equal(pair.Client.SockName(), remote);
        Assert.Equal(1, pair.Accepted.RecvFrom(out remote, buffer.AsSpan(), TcpPair.Limit));
        Assert.Equal(pair.Client.SockName(), remote);
        Assert.Equal(1, pair.Accepted.RecvFrom(out remote, buffer, 0, 1, TcpPair.Limit));
        Assert.Equal(pair.Client.SockName(), remote);
        Answers.Fails(Errno.EAGAIN, pair.Accepted.RecvFrom(out _, buffer, TimeSpan.Zero));
    }

    [Fact]
    public void Length_0_returns_0_without_a_wait()
    {
        using var pair = new TcpPair();
        Assert.Equal(0, pair.Client.Recv(Span<byte>.Empty));
        Assert.Equal(0, pair.Client.Recv(Array.Empty<byte>()));
        Assert.Equal(0, pair.Client.Recv(new byte[3], 3, 0));
        pair.Accepted.Close();
        Assert.Equal(0, pair.Client.Recv(Span<byte>.Empty));
        Assert.False(pair.Client.IsEof());
    }

    [Fact]
    public void Wait_that_times_out_is_EAGAIN()
    {
        using var pair = new TcpPair();
        var buffer = new byte[1];
        Answers.Fails(Errno.EAGAIN, pair.Client.Recv(buffer, TimeSpan.Zero));

        var watch = Stopwatch.StartNew();
        Answers.Fails(Errno.EAGAIN, pair.Client.Recv(buffer, TimeSpan.FromMilliseconds(50)));
        Assert.True(watch.ElapsedMilliseconds >= 49, $"{watch.ElapsedMilliseconds} ms");
        Assert.False(pair.Client.IsEof());
    }

    [Fact]
    public void A_negative_time_out_is_EINVAL()
    {
        using var pair = new TcpPair();
        Answers.Fails(Errno.EINVAL, pair.Client.Recv(new byte[1], TimeSpan.FromMilliseconds(-1)));
    }

    [Fact]
    public void At_the_end_of_the_stream_both_of_the_documented_loops_end()
    {
        using var pair = new TcpPair();
        Assert.Equal(5, pair.Client.Send("hello"));
        Assert.True(pair.Client.Shutdown("w"));
        var buffer = new byte[3];
        int count;
        var received = 0;
        while ((count = pair.Accepted.Recv(buffer)) > 0)
        {
            received += count;
            Assert.False(pair.Accepted.IsEof());
        }

        Assert.Equal(5, received);
        Assert.True(count < 0 && pair.Accepted.IsEof());
        Assert.Equal(Tcp.EndOfStream, count);
        Assert.Equal(-(int)Errno.ENODATA, count);
        Answers.Fails(Errno.ENODATA, pair.Accepted.Recv(buffer, TimeSpan.Zero));
        Assert.True(pair.Accepted.IsEof());
        // The other direction is still open.
        Assert.Equal(2, pair.Accepted.Send("ok"));
        Assert.Equal("ok"u8.ToArray(), TcpPair.RecvAll(pair.Client, 2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reset_connection_is_ECONNRESET_and_never_the_end_of_a_stream(bool afterSend)
    {
        using var pair = new TcpPair();
        Assert.True(pair.Accepted.SetLinger(true, 0));
        pair.Accepted.Close();
        if (afterSend)
        {
            // The kernel reports the reset to the call that comes first.
            TcpPair.AwaitState(pair.Client, TcpState.Closed);
            Answers.Fails(Errno.ECONNRESET, pair.Client.Send("x"));
        }

        for (var i = 0; i < 3; i++)
        {
            Answers.Fails(Errno.ECONNRESET, pair.Client.Recv(new byte[1], TcpPair.Limit));
            Assert.False(pair.Client.IsEof());
        }
    }

    [Fact]
    public void Reset_that_Error_has_reported_is_not_an_end_of_stream()
    {
        using var pair = new TcpPair();
        Assert.True(pair.Accepted.SetLinger(true, 0));
        pair.Accepted.Close();
        TcpPair.AwaitState(pair.Client, TcpState.Closed);

        Assert.Equal(Errno.ECONNRESET, pair.Client.Error());
        Assert.Equal(Errno.None, pair.Client.Error());
        Answers.Fails(Errno.ECONNRESET, pair.Client.Recv(new byte[1]));
    }

    [Fact]
    public void Socket_that_is_not_connected_is_ENOTCONN()
    {
        using var server = TcpPair.Listen();
        Answers.Fails(Errno.ENOTCONN, server.Recv(new byte[1]));
        Assert.True(server.MPorts(1) || server.MPorts(0));
        Answers.Fails(Errno.ENOTCONN, server.Recv(new byte[1]));
    }

    [Fact]
    public void Invalid_arguments_throw()
    {
        using var pair = new TcpPair();
        var buffer = new byte[4];
        Assert.Throws<ArgumentNullException>(() => pair.Client.Recv(null!, TimeSpan.Zero));
        Assert.Throws<ArgumentNullException>(() => pair.Client.Recv(null!, 0, 0));
        Assert.Throws<ArgumentNullException>(() => pair.Client.RecvFrom(out _, null!, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.Recv(buffer, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.Recv(buffer, 0, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.Recv(buffer, 5, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.Recv(buffer, 1, int.MaxValue));
    }

    [Fact]
    public void Pending_counts_what_can_be_received_and_is_0_on_a_listener()
    {
        using var pair = new TcpPair();
        Assert.Equal(0, pair.Accepted.Pending());
        Assert.Equal(1000, pair.Client.Send(new byte[1000]));
        Eventually.Holds(() => pair.Accepted.Pending() == 1000);

        Assert.Equal(0, pair.Server.Pending());
        Assert.True(pair.Server.MPorts(1) || pair.Server.MPorts(0));
        Assert.Equal(0, pair.Server.Pending());
    }
}
