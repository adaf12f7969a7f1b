namespace ActorTcp.Tests.Sockets.Values;

public sealed class SocketResultTests
{
    [Fact]
    public void Count_converts_to_a_number_and_to_a_result()
    {
        using var pair = new TcpPair();

        var result = pair.Client.Send("hello");

        Assert.Equal((5, false, Errno.None, false, "5"), (result.Count, result.IsError, result.Errno, result.IsEndOfStream, result.ToString()));
        int number = result;
        Assert.Equal(5, number);
        Assert.True(result > 0 && result == 5 && result == (SocketResult)5);
    }

    [Fact]
    public void A_failure_names_its_errno()
    {
        using var pair = new TcpPair();

        var result = pair.Client.Recv(new byte[1], TimeSpan.Zero);

        Assert.Equal((0, true, Errno.EAGAIN, false, "EAGAIN"), (result.Count, result.IsError, result.Errno, result.IsEndOfStream, result.ToString()));
        Assert.True(result < 0 && result == -(int)Errno.EAGAIN);
    }

    [Fact]
    public void End_of_stream_is_a_distinct_result()
    {
        using var pair = new TcpPair();
        pair.Client.Close();

        var result = pair.Accepted.Recv(new byte[1], TcpPair.Limit);

        Assert.Equal((0, true, Errno.ENODATA, true, "end of stream"), (result.Count, result.IsError, result.Errno, result.IsEndOfStream, result.ToString()));
        Assert.True(result == Tcp.EndOfStream);
    }

    [Fact]
    public void Every_call_that_returns_a_count_returns_a_SocketResult()
    {
        using var pair = new TcpPair();
        using var dispatcher = new PollDispatcher();
        Assert.Equal(Errno.EINVAL, dispatcher.Poll(TimeSpan.FromTicks(-1)).Errno);
        pair.Client.Close();
        SocketResult[] results =
        [
            pair.Client.Send("x"), pair.Client.SendTo(null, "x"), pair.Client.Recv(new byte[1]), pair.Client.RecvFrom(out _, new byte[1]),
            pair.Client.Pending(), pair.Client.GetRecvBufferSize(), pair.Client.GetSendBufferSize(),
        ];

        Assert.All(results, result => Assert.Equal(Errno.EBADF, result.Errno));
    }

    [Fact]
    public void A_result_is_no_larger_than_a_number()
        => Assert.Equal(sizeof(int), System.Runtime.CompilerServices.Unsafe.SizeOf<SocketResult>());
}
