namespace ActorTcp.Tests.Demo;

/// <summary>The proxy between its clients and servers of the test.</summary>
public sealed class ProxyProgramTests
{
    private readonly CancellationToken _limit = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    [SkippableFact]
    public async Task Socat_reaches_the_echo_server_through_the_proxy()
    {
        var (echo, echoAddress) = await DemoProcess.ListenAsync("echo", "--port", "0");
        using var _ = echo;
        var (proxy, address) = await DemoProcess.ListenAsync("proxy", "--listen", "127.0.0.1:0", "--to", $"localhost:{echoAddress.Port}");
        using var __ = proxy;
        using var client = ScriptedProgram.Socat(address);
        await client.TypeAsync("through and back");
        await client.ExpectAsync("through and back");

        // The half close passes through to the server, and the server's own close passes back.
        client.EndInput();
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("through and back", client.Output);
        proxy.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await proxy.ExitAsync());
        Assert.Empty(proxy.Errors);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Side_that_half_closed_still_receives_from_the_other_side(bool clientEndsFirst)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var proxy = await StartAsync((IPEndPoint)server.LocalEndpoint);
        using var client = await EchoClient.ConnectAsync(proxy.Address, _limit);
        using var relayed = await server.AcceptSocketAsync(_limit);
        var (first, second) = clientEndsFirst ? (client, relayed) : (relayed, client);

        await first.SendAsync("all that I say"u8.ToArray(), _limit);
        first.Shutdown(SocketShutdown.Send);
        Assert.Equal("all that I say"u8.ToArray(), await ReadToEndAsync(second));
        await second.SendAsync("and the answer"u8.ToArray(), _limit);
        Assert.Equal("and the answer"u8.ToArray(), await ReadAsync(first, "and the answer".Length));
        second.Shutdown(SocketShutdown.Send);
        Assert.Empty(await ReadToEndAsync(first));
    }

    [Fact]
    public async Task Reset_is_passed_to_the_other_side()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var proxy = await StartAsync((IPEndPoint)server.LocalEndpoint);
        using var client = await EchoClient.ConnectAsync(proxy.Address, _limit);
        using (var relayed = await server.AcceptSocketAsync(_limit))
        {
            await client.SendAsync("x"u8.ToArray(), _limit);
            await ReadAsync(relayed, 1);
            relayed.LingerState = new LingerOption(true, 0);
        }

        var failure = await Assert.ThrowsAsync<SocketException>(async () => await client.ReceiveAsync(new byte[1], _limit));
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
    }

    [Fact]
    public async Task Client_is_closed_and_the_reason_is_logged_if_the_server_refuses()
    {
        using var nobody = new Socket(SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)nobody.LocalEndPoint!).Port;
        using var proxy = await StartAsync(new IPEndPoint(IPAddress.Loopback, port));
        using var client = await EchoClient.ConnectAsync(proxy.Address, _limit);

        Assert.Empty(await ReadToEndAsync(client));
        await proxy.Demo.AwaitLineAsync(line => line.Contains(
            $"{client.LocalEndPoint} is rejected: Cannot connect to 127.0.0.1:{port}: 127.0.0.1:{port}: Connection refused (ECONNREFUSED)",
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task Outage_of_the_server_logs_one_warning_and_its_end()
    {
        var upstream = LoopbackAddress.Next();
        IPEndPoint server;
        using (var before = new TcpListener(upstream, 0))
        {
            before.Start();
            server = (IPEndPoint)before.LocalEndpoint;
        }

        using var proxy = await StartAsync(server);
        for (var i = 0; i < 5; i++)
        {
            using var rejected = await EchoClient.ConnectAsync(proxy.Address, _limit);
            Assert.Empty(await ReadToEndAsync(rejected));
        }

        using var after = new TcpListener(server);
        after.Start();
        using var client = await EchoClient.ConnectAsync(proxy.Address, _limit);
        using var relayed = await after.AcceptSocketAsync(_limit);
        await proxy.Demo.AwaitLineAsync(line => line.EndsWith($"{server} accepts connections again; rejected clients: 5", StringComparison.Ordinal));
        Assert.Single(proxy.Demo.Output, line => line.Contains("WRN", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Side_that_does_not_read_pauses_only_the_bytes_sent_to_it(bool clientReads)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var proxy = await StartAsync((IPEndPoint)server.LocalEndpoint);
        using var client = await EchoClient.ConnectAsync(proxy.Address, _limit);
        using var relayed = await server.AcceptSocketAsync(_limit);
        var (reader, sleeper) = clientReads ? (client, relayed) : (relayed, client);

        // Sends until the kernel's buffers on both sides and the window of the proxy are full.
        var sent = await EchoClient.SendUntilBlockedAsync(reader, 1, (sleeper.RemoteEndPoint!, sleeper.LocalEndPoint!), _limit);
        var memory = proxy.Demo.Usage().WorkingSet;
        Assert.True(memory < 400_000_000, $"the proxy has {memory} bytes of memory, with {sent} bytes in transit");

        // The other direction continues for more bytes than all buffers on the way hold.
        await Task.WhenAll(SendAllAsync(sleeper, 3 * 1024 * 1024, 10), CheckAllAsync(reader, 3 * 1024 * 1024, 10));

        // All bytes arrive when the side reads again.
        await CheckAllAsync(sleeper, sent, 1);
    }

    [Fact]
    public async Task Many_megabytes_in_both_directions_at_once_arrive_unchanged()
    {
        var (echo, echoAddress) = await DemoProcess.ListenAsync("echo", "--port", "0");
        using var _ = echo;
        using var proxy = await StartAsync(echoAddress);
        var clients = Enumerable.Range(1, 5).Select(async seed =>
        {
            using var client = await EchoClient.ConnectAsync(proxy.Address, _limit);
            await EchoClient.EchoAsync(client, 10_000_000, (ulong)seed, 200_000, _limit);
        });
        await Task.WhenAll(clients);
    }

    [Theory]
    [InlineData("--to", "nowhere")]
    [InlineData("--to", "host:0")]
    [InlineData("--to", "::1:80")]
    [InlineData("--listen", "here:80")]
    public async Task Invalid_address_prints_one_line_that_names_it(string option, string value)
    {
        var other = option == "--to" ? "--listen" : "--to";
        var (exitCode, _, errors) = await DemoProcess.RunAsync("proxy", option, value, other, "127.0.0.1:1");

        Assert.Equal(2, exitCode);
        Assert.StartsWith($"{option} is '{value}'; it must be ", Assert.Single(errors), StringComparison.Ordinal);
    }

    private static async Task<Relay> StartAsync(IPEndPoint to)
    {
        var (demo, address) = await DemoProcess.ListenAsync("proxy", "--listen", "127.0.0.1:0", "--to", $"{to}");
        return new Relay(demo, address);
    }

    private async Task SendAllAsync(Socket socket, long length, ulong seed)
    {
        var bytes = new byte[length];
        new SeededStream(seed).Fill(bytes);
        for (ReadOnlyMemory<byte> left = bytes; !left.IsEmpty;)
        {
            left = left[await socket.SendAsync(left, _limit)..];
        }
    }

    private async Task CheckAllAsync(Socket socket, long length, ulong seed)
    {
        var stream = new SeededStream(seed);
        var received = new byte[64 * 1024];
        var expected = new byte[64 * 1024];
        for (var offset = 0L; offset < length;)
        {
            var count = await socket.ReceiveAsync(received.AsMemory(0, (int)Math.Min(received.Length, length - offset)), _limit);
            Assert.True(count > 0, $"the stream ended at {offset} of {length}");
            stream.Fill(expected.AsSpan(0, count));
            Assert.True(received.AsSpan(0, count).SequenceEqual(expected.AsSpan(0, count)), $"wrong bytes after {offset}");
            offset += count;
        }
    }

    private async Task<byte[]> ReadAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var read = await socket.ReceiveAsync(bytes.AsMemory(at), _limit);
            Assert.True(read > 0, $"the stream ended at {at} of {count}");
            at += read;
        }

        return bytes;
    }

    private async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, _limit) is > 0 and var count)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    private sealed record Relay(DemoProcess Demo, IPEndPoint Address) : IDisposable
    {
        public void Dispose() => Demo.Dispose();
    }
}
