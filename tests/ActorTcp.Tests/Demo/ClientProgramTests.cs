namespace ActorTcp.Tests.Demo;

/// <summary>The bundled line client.</summary>
public sealed class ClientProgramTests
{
    private readonly CancellationToken _limit = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    [Fact]
    public async Task Client_sends_typed_lines_and_shows_the_answer_after_the_end_of_its_input()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var client = ScriptedProgram.Client((IPEndPoint)server.LocalEndpoint);
        using var connection = await server.AcceptTcpClientAsync(_limit);
        using var stream = connection.GetStream();
        using var lines = new StreamReader(stream);
        await client.TypeAsync("one\ntwo");
        Assert.Equal("one", await lines.ReadLineAsync(_limit));
        client.EndInput();
        Assert.Equal("two", await lines.ReadLineAsync(_limit));
        Assert.Null(await lines.ReadLineAsync(_limit));

        await stream.WriteAsync("the last words, without an end of line"u8.ToArray(), _limit);
        connection.Close();

        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("the last words, without an end of line", client.Output);
    }

    /// <summary>From 1 MiB (1,048,576 bytes) on, a line does not fit into the send queue.</summary>
    [Theory]
    [InlineData(1_048_576)]
    [InlineData(70_000_000)]
    public async Task Line_of_any_length_is_sent_completely(int length)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var client = ScriptedProgram.Client((IPEndPoint)server.LocalEndpoint);
        using var connection = await server.AcceptTcpClientAsync(_limit);
        var typing = Task.Run(
            async () =>
            {
                await client.TypeAsync(new string('x', length));
                client.EndInput();
            },
            _limit);

        var received = 0;
        var buffer = new byte[256 * 1024];
        while (await connection.GetStream().ReadAsync(buffer, _limit) is > 0 and var count)
        {
            received += count;
        }

        await typing;
        Assert.Equal(length + 1, received);
    }

    [Theory]
    [InlineData("--crlf", "one\r\ntwo\r\n")]
    [InlineData("--raw", "one\r\ntwo")]
    public async Task Option_chooses_the_line_endings_that_are_sent(string option, string expected)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var client = ScriptedProgram.Client((IPEndPoint)server.LocalEndpoint, option);
        using var connection = await server.AcceptTcpClientAsync(_limit);
        await client.TypeAsync("one\r\ntwo");
        client.EndInput();

        using var reader = new StreamReader(connection.GetStream());
        Assert.Equal(expected, await reader.ReadToEndAsync(_limit));
    }

    [Fact]
    public async Task Both_options_for_line_endings_are_an_error()
    {
        var (exitCode, _, errors) = await DemoProcess.RunAsync("client", "--crlf", "--raw");

        Assert.Equal(2, exitCode);
        Assert.StartsWith("--crlf is set and --raw is set; only one of them may be.", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Input_that_cannot_be_sent_prints_one_line_and_exits_with_1()
    {
        using var file = new ConfigFile("""
            actortcp.connection { send-queue-bytes = 4KiB, send-queue-high = 2KiB, send-queue-low = 1KiB, largest-send = 4KiB }
            """);
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var address = (IPEndPoint)server.LocalEndpoint;
        using var client = ScriptedProgram.Client(address, "--config", file.Path);
        using var connection = await server.AcceptTcpClientAsync(_limit);
        await client.TypeAsync(new string('x', 60_000));

        Assert.Equal(1, await client.ExitAsync());
        Assert.StartsWith($"Cannot send to {address}: ", client.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_exits_when_the_server_closes_although_its_input_is_open()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var client = ScriptedProgram.Client((IPEndPoint)server.LocalEndpoint);
        using (var connection = await server.AcceptTcpClientAsync(_limit))
        {
            await connection.GetStream().WriteAsync("bye\n"u8.ToArray(), _limit);
        }

        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("bye\n", client.Output);
    }

    [Fact]
    public async Task Reset_prints_one_line_and_exits_with_1()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var address = (IPEndPoint)server.LocalEndpoint;
        using var client = ScriptedProgram.Client(address);
        using (var connection = await server.AcceptSocketAsync(_limit))
        {
            await connection.SendAsync("x"u8.ToArray(), _limit);
            await client.ExpectAsync("x");
            connection.LingerState = new LingerOption(true, 0);
        }

        Assert.Equal(1, await client.ExitAsync());
        Assert.Equal($"xThe connection to {address} has ended: Connection reset by peer\n", client.Output);
    }

    [Fact]
    public async Task Refused_connect_prints_one_line_and_exits_with_1()
    {
        var refusing = LoopbackAddress.Refusing.ToIPEndPoint();

        var (exitCode, output, errors) = await DemoProcess.RunAsync("client", "--host", refusing.Address.ToString(), "--port", $"{refusing.Port}");

        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Equal($"Cannot connect to {refusing}: {refusing}: Connection refused (ECONNREFUSED)", Assert.Single(errors));
    }

    [Fact]
    public async Task A_thousand_lines_from_a_pipe_come_back_in_order()
    {
        var (echo, address) = await DemoProcess.ListenAsync("echo", "--port", "0");
        using var _ = echo;
        using var client = ScriptedProgram.Client(address);
        var lines = string.Concat(Enumerable.Range(0, 1000).Select(i => $"line {i}\n"));
        await client.TypeAsync(lines);
        client.EndInput();
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal(lines, client.Output);
    }
}
