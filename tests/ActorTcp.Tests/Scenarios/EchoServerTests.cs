namespace ActorTcp.Tests.Scenarios;

/// <summary>The main task: bytes of real clients pass through listener, connection and handler, and return.</summary>
public sealed class EchoServerTests(ITestOutputHelper output) : TcpTestKit(output)
{
    [Fact]
    public async Task Thousand_clients_each_receive_their_bytes_back_unchanged()
    {
        const int clients = 1000;
        const int length = 128 * 1024;
        var server = ListenForEcho();
        var cancellation = new CancellationTokenSource(TimeSpan.FromMinutes(5)).Token;
        var sockets = new List<Socket>();
        for (var i = 0; i < clients; i++)
        {
            sockets.Add(await EchoClient.ConnectAsync(server, cancellation));
        }

        await Task.WhenAll(sockets.Select((socket, i) => EchoClient.EchoAsync(socket, length, (ulong)i, 32 * 1024, cancellation)));

        sockets.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Client_that_half_closes_first_receives_all_its_bytes_and_the_end_of_stream()
    {
        using var client = await EchoClient.ConnectAsync(ListenForEcho(), LimitToken());
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("half closed ", 50_000)));

        await using var stream = new NetworkStream(client);
        var sending = Task.Run(() =>
        {
            client.Send(text);
            client.Shutdown(SocketShutdown.Send);
        });
        var received = new MemoryStream();
        await stream.CopyToAsync(received, LimitToken());
        await sending;

        Assert.Equal(text, received.ToArray());
    }

    [Fact]
    public async Task Client_that_never_reads_is_paused_at_a_full_queue_and_later_receives_all()
    {
        using var client = await EchoClient.ConnectAsync(ListenForEcho(), LimitToken());

        // The answers fill the kernel's buffers and the queue; then the bytes of the client wait as well.
        var sent = await EchoClient.SendUntilBlockedAsync(client, 7, (client.RemoteEndPoint!, client.LocalEndPoint!), LimitToken());

        var block = new byte[64 * 1024];
        var expected = new SeededStream(7);
        var received = new byte[64 * 1024];
        for (var offset = 0L; offset < sent;)
        {
            var count = await client.ReceiveAsync(received, LimitToken());
            expected.Fill(block.AsSpan(0, count));
            Assert.True(received.AsSpan(0, count).SequenceEqual(block.AsSpan(0, count)), $"wrong bytes after {offset}");
            offset += count;
        }

        Assert.True(sent < 64L * 1024 * 1024, $"{sent} bytes were accepted from a client that read nothing");
    }

    [Fact]
    public async Task Handler_that_throws_closes_no_connection()
    {
        var server = ListenForEcho();
        var bystanders = new List<Socket>();
        for (var i = 0; i < 20; i++)
        {
            bystanders.Add(await EchoClient.ConnectAsync(server, LimitToken()));
        }

        using var crasher = await EchoClient.ConnectAsync(server, LimitToken());
        for (var i = 0; i < 5; i++)
        {
            await crasher.SendAsync("crash"u8.ToArray(), LimitToken());
            await EchoClient.EchoAsync(bystanders[i], 10_000, (ulong)i, 1000, LimitToken());
        }

        await Task.WhenAll(bystanders.Select((socket, i) => EchoClient.EchoAsync(socket, 100_000, (ulong)i, 4096, LimitToken())));
        bystanders.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Handler_past_its_restart_limit_closes_only_its_own_connection()
    {
        var server = ListenForEcho();
        using var bystander = await EchoClient.ConnectAsync(server, LimitToken());
        using var crasher = await EchoClient.ConnectAsync(server, LimitToken());

        var ended = EchoClient.IsEndedByServerAsync(crasher, LimitToken());
        while (!ended.IsCompleted)
        {
            // Refused as soon as the server has closed the connection.
            _ = crasher.Send("crash"u8, SocketFlags.None, out _);
            await EchoClient.EchoAsync(bystander, 1000, 3, 100, LimitToken());
        }

        Assert.True(await ended);
        await EchoClient.EchoAsync(bystander, 100_000, 4, 4096, LimitToken());
    }
}
