namespace ActorTcp.Tests.Sockets;

public sealed class TcpSendTests
{
    private static readonly byte[] Hello = "Hello Packet!"u8.ToArray();

    [Fact]
    public void Every_form_sends_the_same_bytes()
    {
        using var pair = new TcpPair();
        byte[] padded = [0, .. Hello, 0];
        Func<Tcp, int>[] forms =
        [
            tcp => tcp.Send("Hello Packet!"),
            tcp => tcp.Send(Hello),
            tcp => tcp.Send(Hello.AsSpan()),
            tcp => tcp.Send((ReadOnlySpan<byte>)Hello),
            tcp => tcp.Send(new ReadOnlyMemory<byte>(Hello)),
            tcp => tcp.Send(padded, 1, Hello.Length),
            tcp => tcp.Send([Hello[..5], Array.Empty<byte>(), Hello[5..]]),
            tcp => tcp.Send(new ReadOnlyMemory<byte>[] { Hello.AsMemory(0, 5), default, Hello.AsMemory(5) }),
            tcp => tcp.SendTo(null, "Hello Packet!"),
            tcp => tcp.SendTo(SockAddr.Parse("192.0.2.1:9"), Hello),
            tcp => tcp.SendTo(null, (ReadOnlySpan<byte>)Hello),
            tcp => tcp.SendTo(null, new ReadOnlyMemory<byte>(Hello)),
            tcp => tcp.SendTo(null, padded, 1, Hello.Length),
            tcp => tcp.SendTo(null, [Hello[..5], Hello[5..]]),
            tcp => tcp.SendTo(null, new ReadOnlyMemory<byte>[] { Hello }),
        ];
        foreach (var form in forms)
        {
            foreach (var tcp in new[] { pair.Client, pair.Accepted })
            {
                Assert.Equal(Hello.Length, form(tcp));
                Assert.Equal(Hello, TcpPair.RecvAll(tcp == pair.Client ? pair.Accepted : pair.Client, Hello.Length));
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Grüße, Jürgen ❤ 𝄞")]
    public void Text_is_sent_as_UTF_8_and_counted_in_bytes(string text)
    {
        using var pair = new TcpPair();
        foreach (var times in new[] { 1, 200, 20_000 })
        {
            var repeated = string.Concat(Enumerable.Repeat(text, times));
            var bytes = Encoding.UTF8.GetBytes(repeated);
            var sending = new ThreadCall<int>(() => pair.Client.Send(repeated));
            Assert.Equal(bytes, TcpPair.RecvAll(pair.Accepted, bytes.Length));
            Assert.Equal(bytes.Length, sending.Value);
        }
    }

    [Fact]
    public void Empty_Send_returns_0_at_once()
    {
        using var pair = new TcpPair();
        Assert.Equal(0, pair.Client.Send(""));
        Assert.Equal(0, pair.Client.Send(Array.Empty<byte>(), TimeSpan.Zero));
        Assert.Equal(0, pair.Client.Send(Hello, Hello.Length, 0));
        Assert.Equal(0, pair.Client.Send(Array.Empty<byte[]>()));
        Assert.Equal(0, pair.Client.Send([Array.Empty<byte>(), Array.Empty<byte>()]));
        Assert.Equal(0, pair.Server.Send(""));
    }

    [Fact]
    public void Send_without_a_timeout_returns_when_all_is_sent()
    {
        using var pair = new TcpPair();
        var bytes = new byte[16 << 20];
        new Random(1).NextBytes(bytes);
        var receiving = new ThreadCall<byte[]>(() => TcpPair.RecvAll(pair.Accepted, bytes.Length));

        Assert.Equal(bytes.Length, pair.Client.Send(bytes));
        Assert.True(bytes.AsSpan().SequenceEqual(receiving.Value));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    public void Send_with_a_timeout_returns_the_sent_count_or_EAGAIN_if_nothing_was_sent(int milliseconds)
    {
        var timeout = TimeSpan.FromMilliseconds(milliseconds);
        using var pair = new TcpPair();
        var bytes = new byte[64 << 20];
        new Random(1).NextBytes(bytes);
        int sent = pair.Client.Send(bytes, timeout);
        Assert.InRange(sent, 1, bytes.Length - 1);

        // The receiver's window may open a little more before the kernel accepts nothing.
        int more;
        while ((more = pair.Client.Send(bytes.AsSpan(sent), timeout)) > 0)
        {
            sent += more;
        }

        Answers.Fails(Errno.EAGAIN, more);
        Assert.True(bytes.AsSpan(0, sent).SequenceEqual(TcpPair.RecvAll(pair.Accepted, sent)));
    }

    [Fact]
    public void List_that_is_too_long_for_one_call_is_sent_whole_and_in_order()
    {
        using var pair = new TcpPair();
        var random = new Random(2);
        var buffers = Enumerable.Range(0, 5000).Select(_ => new byte[random.Next(0, 3000)]).ToArray();
        Array.ForEach(buffers, random.NextBytes);
        var all = buffers.SelectMany(buffer => buffer).ToArray();
        var receiving = new ThreadCall<byte[]>(() => TcpPair.RecvAll(pair.Accepted, all.Length));

        Assert.Equal(all.Length, pair.Client.Send(buffers));
        Assert.True(all.AsSpan().SequenceEqual(receiving.Value));
    }

    [Fact]
    public void A_negative_time_out_is_EINVAL()
    {
        using var pair = new TcpPair();
        Answers.Fails(Errno.EINVAL, pair.Client.Send(Hello, TimeSpan.FromMilliseconds(-1)));
        Answers.Fails(Errno.EINVAL, pair.Client.Send("", TimeSpan.FromMilliseconds(-1)));
        Answers.Fails(Errno.EINVAL, pair.Client.Send([Hello], TimeSpan.FromMilliseconds(-1)));
    }

    [Fact]
    public void A_peer_that_reset_is_ECONNRESET_then_EPIPE()
    {
        using var pair = new TcpPair();
        Assert.True(pair.Accepted.SetLinger(true, 0));
        pair.Accepted.Close();
        TcpPair.AwaitState(pair.Client, TcpState.Closed);

        Answers.Fails(Errno.ECONNRESET, pair.Client.Send(Hello));
        Answers.Fails(Errno.EPIPE, pair.Client.Send(Hello));
        Answers.Fails(Errno.EPIPE, pair.Client.Send([Hello]));
    }

    [Fact]
    public void Send_after_Shutdown_is_EPIPE_and_raises_no_signal()
    {
        using var pair = new TcpPair();
        Assert.True(pair.Client.Shutdown("w"));
        Answers.Fails(Errno.EPIPE, pair.Client.Send(Hello));
        Answers.Fails(Errno.EPIPE, pair.Client.Send("text"));
        Answers.Fails(Errno.EPIPE, pair.Client.Send([Hello, Hello]));
    }

    [Fact]
    public void Send_on_a_connection_that_breaks_returns_the_sent_count()
    {
        using var pair = new TcpPair();
        var bytes = new byte[64 << 20];
        var sending = new ThreadCall<(int Count, Errno LastErrno)>(() => (pair.Client.Send(bytes), Tcp.LastErrno));
        TcpPair.RecvAll(pair.Accepted, 1 << 20);
        Assert.True(pair.Accepted.SetLinger(true, 0));
        pair.Accepted.Close();

        Assert.InRange(sending.Value.Count, 1 << 20, bytes.Length - 1);
        Assert.Equal(Errno.ECONNRESET, sending.Value.LastErrno);
        Answers.Fails(Errno.EPIPE, pair.Client.Send(bytes));
    }

    [Fact]
    public void A_listener_cannot_send()
    {
        using var server = TcpPair.Listen();
        Answers.Fails(Errno.EPIPE, server.Send(Hello));
        Assert.True(server.MPorts(1) || server.MPorts(0));
        Answers.Fails(Errno.EPIPE, server.Send(Hello));
    }

    [Fact]
    public void Invalid_arguments_throw()
    {
        using var pair = new TcpPair();
        Assert.Throws<ArgumentNullException>(() => pair.Client.Send((byte[])null!));
        Assert.Throws<ArgumentNullException>(() => pair.Client.Send((string)null!));
        Assert.Throws<ArgumentNullException>(() => pair.Client.Send((IReadOnlyList<byte[]>)null!));
        Assert.Throws<ArgumentNullException>(() => pair.Client.Send((IReadOnlyList<ReadOnlyMemory<byte>>)null!));
        Assert.Throws<ArgumentNullException>(() => pair.Client.Send(null!, 0, 0));
        Assert.Throws<ArgumentException>(() => pair.Client.Send([Hello, null!]));
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.Send(Hello, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.Send(Hello, 0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.Send(Hello, 0, Hello.Length + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.Send(Hello, Hello.Length + 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.Send(Hello, int.MaxValue, int.MaxValue));

        var huge = new byte[int.MaxValue / 8];
        Assert.Throws<ArgumentException>(() => pair.Client.Send([huge, huge, huge, huge, huge, huge, huge, huge, huge]));
        Assert.Equal(Hello.Length, pair.Client.Send([Hello]));
        Assert.Equal(Hello, TcpPair.RecvAll(pair.Accepted, Hello.Length));
    }
}
