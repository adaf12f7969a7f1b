namespace ActorTcp.Tests.Docs;

/// <summary>The server of docs/tcp.md, and the call of docs/api.md.</summary>
public sealed class TcpPageTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Awaiting_server_echoes_and_stops_by_its_token()
    {
        using var stopping = new CancellationTokenSource();
        var reserved = Tcp.CreateServer(new SockAddr(LoopbackAddress.Next().ToString(), 0))!;
        var address = reserved.SockName()!;
        reserved.Close();
        var serving = ServeAsync(address, stopping.Token);

        await using (var client = await Tcp.ConnectAsync(address))
        {
            using var reader = new StreamReader(client.AsStream());
            await client.SendAsync("hello\n"u8.ToArray());
            Assert.Equal("hello", await reader.ReadLineAsync().WaitAsync(Limit));
        }

        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving.WaitAsync(Limit));
    }

    [Fact]
    public void Result_of_Recv_has_bytes_the_end_of_stream_or_an_error()
    {
        using var pair = new TcpPair();
        pair.Accepted.Send("hello");
        Assert.Equal("hello", ReceivedFrom(pair.Client));

        pair.Accepted.Close();
        Assert.Null(ReceivedFrom(pair.Client));

        pair.Client.Close();
        var failure = Assert.Throws<IOException>(() => ReceivedFrom(pair.Client));
        Assert.StartsWith("EBADF: ", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>The text that the call of the page handles; null if it handles none.</summary>
    private static string? ReceivedFrom(Tcp tcp)
    {
        string? text = null;
        Receive();
        return text;

        void Receive()
        {
            var buffer = new byte[16];
            var result = tcp.Recv(buffer, TimeSpan.FromSeconds(5));
            if (result.IsEndOfStream)
            {
                return;
            }

            if (result.IsError)
            {
                throw new IOException($"{result.Errno}: {Tcp.ErrorText(result.Errno)}");
            }

            Handle(buffer.AsSpan(0, result.Count));
        }

        void Handle(ReadOnlySpan<byte> bytes) => text = Encoding.UTF8.GetString(bytes);
    }

    private static async Task ServeAsync(SockAddr address, CancellationToken stop)
    {
        await using var server = Tcp.CreateServer(address) ?? throw new TcpException("CreateServer", Tcp.LastErrno);
        await foreach (var client in server.AcceptAllAsync(stop))
        {
            _ = EchoAsync(client, stop);
        }

        static async Task EchoAsync(Tcp client, CancellationToken stop)
        {
            await using (client)
            {
                var buffer = new byte[4096];
                for (int count; (count = await client.RecvAsync(buffer, stop)) > 0;)
                {
                    await client.SendAsync(buffer.AsMemory(0, count), stop);
                }
            }
        }
    }
}
