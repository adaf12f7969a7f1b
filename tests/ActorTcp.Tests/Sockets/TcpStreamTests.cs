namespace ActorTcp.Tests.Sockets;

public sealed class TcpStreamTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Lines_go_both_ways_through_readers_and_writers()
    {
        using var pair = new TcpPair();
        await using var client = pair.Client.AsStream();
        await using var accepted = pair.Accepted.AsStream();
        using var reader = new StreamReader(accepted);
        await using var writer = new StreamWriter(client);
        await writer.WriteLineAsync("one");
        await writer.FlushAsync();
        Assert.Equal("one", await reader.ReadLineAsync().WaitAsync(Limit));

        await writer.WriteLineAsync("two");
        await writer.FlushAsync();
        pair.Client.Shutdown(ShutdownHow.Write);
        Assert.Equal("two", reader.ReadLine());
        Assert.Null(reader.ReadLine());
    }

    [Fact]
    public async Task CopyToAsync_copies_every_byte_until_the_end_of_stream()
    {
        using var pair = new TcpPair();
        var bytes = new byte[3 << 20];
        new Random(2).NextBytes(bytes);
        using var target = new MemoryStream();
        var copied = pair.Accepted.AsStream().CopyToAsync(target);
        await using (var source = pair.Client.AsStream(ownsSocket: true))
        {
            await source.WriteAsync(bytes);
        }

        await copied.WaitAsync(Limit);
        Assert.True(bytes.AsSpan().SequenceEqual(target.GetBuffer().AsSpan(0, (int)target.Length)));
    }

    [Fact]
    public void Synchronous_members_read_write_and_end_with_0()
    {
        using var pair = new TcpPair();
        using var client = pair.Client.AsStream(ownsSocket: true);
        using var accepted = pair.Accepted.AsStream();
        client.WriteByte(1);
        client.Write([2, 3], 0, 2);
        client.Write([4]);
        client.Flush();
        Assert.Equal(1, accepted.ReadByte());
        var buffer = new byte[8];
        accepted.ReadExactly(buffer, 0, 2);
        Assert.Equal(1, accepted.EndRead(accepted.BeginRead(buffer, 2, 6, null, null)));
        Assert.Equal([2, 3, 4], buffer[..3]);
        client.EndWrite(client.BeginWrite(buffer, 0, 3, null, null));
        Assert.Equal(3, accepted.ReadAtLeast(buffer, 3));

        client.Dispose();
        Assert.Equal(-1, pair.Client.SockFd);
        Assert.Equal(0, accepted.Read(buffer, 0, 8));
        Assert.Equal(-1, accepted.ReadByte());
    }

    [Fact]
    public void Stream_that_does_not_own_its_socket_leaves_it_open()
    {
        using var pair = new TcpPair();
        var stream = pair.Client.AsStream();
        Assert.True(stream is { CanRead: true, CanWrite: true, CanSeek: false, CanTimeout: false });
        stream.Dispose();

        Assert.False(stream.CanRead || stream.CanWrite);
        Assert.Throws<ObjectDisposedException>(() => stream.ReadByte());
        Assert.Throws<ObjectDisposedException>(() => stream.WriteByte(1));
        Assert.Equal(1, (int)pair.Client.Send("x"));
    }

    [Fact]
    public async Task Failures_are_IOExceptions_with_the_errno()
    {
        using var pair = new TcpPair();
        await using var stream = pair.Client.AsStream();
        pair.Accepted.SetLinger(true, 0);
        pair.Accepted.Close();
        TcpPair.AwaitState(pair.Client, TcpState.Closed);

        Assert.Equal(Errno.ECONNRESET, Assert.Throws<TcpException>(() => stream.ReadByte()).Errno);
        Assert.IsAssignableFrom<IOException>(await Record.ExceptionAsync(() => stream.WriteAsync(new byte[1]).AsTask()));
        pair.Client.Close();
        Assert.Throws<ObjectDisposedException>(() => stream.ReadByte());
        Assert.Throws<NotSupportedException>(() => stream.Length);
        Assert.Throws<NotSupportedException>(() => stream.Position);
        Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
    }
}
