namespace ActorTcp.Tests.Demo;

/// <summary>The bundled line client.</summary>
public sealed class ClientProgramTests
{
    private readonly CancellationToken _limit = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    [Fact]
    public async Task What_is_typed_goes_to_the_server_and_behind_its_end_the_servers_last_words_are_shown()
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

    [Fact]
    public async Task It_ends_with_the_server_though_nobody_has_ended_the_input()
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
    public async Task A_reset_is_one_line_and_exit_code_1()
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
    public async Task A_server_that_is_not_there_is_one_line_and_exit_code_1()
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
