namespace ActorTcp.Tests.Demo;

/// <summary>The programs with typed input, with the line endings of their clients.</summary>
public sealed class TypedLineProgramTests
{
    private readonly CancellationToken _limit = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    [Theory]
    [InlineData("1 + 2\r\0")]
    [InlineData("1 + 2\r")]
    [InlineData("1 + 2\r\n")]
    [InlineData("1 + 2\n")]
    public async Task Enter_key_of_every_client_ends_a_line(string line)
    {
        var (demo, address) = await DemoProcess.ListenAsync("supervised", "--port", "0", "--loops", "1");
        using var _ = demo;
        using var client = await ChatClient.ConnectAsync(address, _limit);
        await client.ReadUntilAsync("A calculator.", _limit);
        for (var i = 0; i < 3; i++)
        {
            await client.WriteAsync(line, _limit);
            Assert.Equal("3", await client.ReadAsync(_limit));
        }
    }

    [Theory]
    [InlineData("supervised", "7 * 6", "42")]
    [InlineData("multitask", "last", "LAST")]
    public async Task Last_line_without_an_ending_is_answered(string program, string line, string answer)
    {
        var (demo, addresses) = await DemoProcess.ListenAsync(program == "multitask" ? 4 : 1, program, "--host", $"{LoopbackAddress.Next()}", "--port", "7000", "--loops", "1");
        using var _ = demo;
        using var client = await ChatClient.ConnectAsync(addresses[program == "multitask" ? 1 : 0], _limit);
        await client.WriteAsync(line, _limit);
        client.EndInput();

        Assert.Equal(answer, (await client.ReadToEndAsync(_limit))[^1]);
    }

    [Fact]
    public async Task Last_line_of_the_chat_without_an_ending_reaches_the_room()
    {
        var (demo, address) = await DemoProcess.ListenAsync("chat", "--port", "0", "--loops", "1");
        using var _ = demo;
        using var ann = await ChatClient.ConnectAsync(address, _limit);
        await ann.ReadUntilAsync("* guest-1 has entered", _limit);
        using var bob = await ChatClient.ConnectAsync(address, _limit);
        await bob.WriteAsync("my last words", _limit);
        bob.EndInput();

        await ann.ReadUntilAsync("<guest-2> my last words", _limit);
        await ann.ReadUntilAsync("* guest-2 has left", _limit);
    }

    /// <summary>PeerEof is sent again to each new instance. A handler that processed the same line again would therefore use up its restarts.</summary>
    [Fact]
    public async Task Last_line_that_makes_the_handler_fail_is_handled_once()
    {
        var (demo, address) = await DemoProcess.ListenAsync("supervised", "--port", "0", "--loops", "1");
        using var _ = demo;
        using var client = await ChatClient.ConnectAsync(address, _limit);
        await client.WriteAsync("1 + 1\ncrash", _limit);
        client.EndInput();

        var lines = await client.ReadToEndAsync(_limit);
        Assert.Equal(["2", "! The handler failed at 'the last line', at offset 6 of your bytes, and was restarted."], lines.Skip(1));
        await demo.AwaitLineAsync(line => line.EndsWith("restarts: 1", StringComparison.Ordinal));
        Assert.DoesNotContain(demo.Output, line => line.EndsWith("restarts: 2", StringComparison.Ordinal));
    }
}
