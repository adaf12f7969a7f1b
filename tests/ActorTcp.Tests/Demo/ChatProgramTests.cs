namespace ActorTcp.Tests.Demo;

/// <summary>The chat program with the clients that its users have.</summary>
public sealed class ChatProgramTests
{
    [SkippableFact]
    public async Task Users_of_ncat_and_of_the_client_can_chat_and_are_notified_of_the_shutdown()
    {
        using var file = new ConfigFile("actortcp.drain-timeout = 30s");
        var (demo, address) = await DemoProcess.ListenAsync("chat", "--port", "0", "--config", file.Path);
        using var _ = demo;
        // As telnet does: lines end with CR LF.
        using var ann = ScriptedProgram.Ncat(address, "-C");
        await ann.ExpectAsync("* Welcome. /help lists the commands.\r\n* guest-1 has entered lobby\r\n");
        await ann.TypeAsync("/nick ann\n");
        await ann.ExpectAsync("* guest-1 is now ann\r\n");
        await ann.TypeAsync("anybody there?\n");
        await ann.ExpectAsync("<ann> anybody there?\r\n");

        using var bob = ScriptedProgram.Client(address);
        await bob.ExpectAsync("* Welcome. /help lists the commands.\r\n<ann> anybody there?\r\n* guest-2 has entered lobby\r\n");
        await bob.TypeAsync("/nick ANN\n");
        await bob.ExpectAsync("! 'ANN' is the name of ann in lobby; a name must be unique.\r\n");
        await bob.TypeAsync("/nick bob\n/who\n/me waves\n");
        await bob.ExpectAsync("* guest-2 is now bob\r\n* 2 in lobby: ann, bob\r\n* bob waves\r\n");
        await ann.ExpectAsync("* guest-2 has entered lobby\r\n* guest-2 is now bob\r\n* bob waves\r\n");

        await bob.TypeAsync("/join garden\nalone\n");
        await bob.ExpectAsync("* bob has entered garden\r\n<bob> alone\r\n");
        await ann.ExpectAsync("* bob has moved to garden\r\n");
        await bob.TypeAsync("/join lobby\n");
        await bob.ExpectAsync("<ann> anybody there?\r\n* bob waves\r\n* bob has entered lobby\r\n");
        await ann.ExpectAsync("* bob has entered lobby\r\n");
        await bob.TypeAsync("/quit\n");
        await bob.ExpectAsync("* Bye.\r\n");
        Assert.Equal(0, await bob.ExitAsync());
        await ann.ExpectAsync("* bob has left\r\n");

        demo.Signal(PosixSignal.SIGTERM);
        await ann.ExpectAsync("* The server is shutting down.\r\n");
        await ann.TypeAsync("/quit\n");
        Assert.Equal(0, await demo.ExitAsync());
        Assert.Empty(demo.Errors);
    }

    [SkippableFact]
    public async Task Crashed_handler_keeps_its_user_in_the_room_and_loses_no_other_line()
    {
        var (demo, address) = await DemoProcess.ListenAsync("chat", "--port", "0");
        using var _ = demo;
        using var ann = ScriptedProgram.Ncat(address);
        await ann.TypeAsync("/nick ann\n/join garden\none\n/crash\ntwo\n/who\n");
        await ann.ExpectAsync("<ann> two\r\n* 1 in garden: ann\r\n");

        // Both lines arrive earlier. The room sends one and the handler the other, and neither waits for the other.
        var before = ann.Output.Split("<ann> two\r\n")[0];
        Assert.Contains("<ann> one\r\n", before, StringComparison.Ordinal);
        Assert.Contains("* The handler of your connection failed at your last line and was restarted.\r\n", before, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("/nick a b", "! 'a b' contains ' '; a name consists of letters, digits, - and _.")]
    [InlineData("/nick", "! A name has 1 to 20 characters.")]
    [InlineData("/nick 7th", "! '7th' begins with '7'; a name begins with a letter.")]
    [InlineData("/nick abcdefghijklmnopqrstuvwxyz", "! 'abcdefghijklmnopqrstuvwxyz' has 26 characters; a name has 1 to 20.")]
    [InlineData("/join #x", "! '#x' begins with '#'; a name begins with a letter.")]
    [InlineData("/join lobby", "! You are in lobby already.")]
    [InlineData("/dance now", "! '/dance now' is not a command; /help lists the commands.")]
    public async Task Invalid_command_is_answered_with_the_value_and_the_rule(string line, string answer)
    {
        var (demo, address) = await DemoProcess.ListenAsync("chat", "--port", "0", "--loops", "1");
        using var _ = demo;
        using var client = ScriptedProgram.Ncat(address);
        await client.TypeAsync($"{line}\n");
        await client.ExpectAsync($"{answer}\r\n");
    }

    [Fact]
    public async Task Line_above_the_limit_is_answered_and_closes_only_its_connection()
    {
        var cancellation = new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token;
        var (demo, address) = await DemoProcess.ListenAsync("chat", "--port", "0");
        using var _ = demo;
        using var quiet = await ChatClient.ConnectAsync(address, cancellation);
        await quiet.ReadUntilAsync("* guest-1 has entered lobby", cancellation);
        using var loud = await ChatClient.ConnectAsync(address, cancellation);
        await loud.ReadUntilAsync("* guest-2 has entered lobby", cancellation);

        await loud.WriteAsync(new string('x', 1001) + "\n", cancellation);

        Assert.Contains(await loud.ReadToEndAsync(cancellation), line => line.StartsWith("! ", StringComparison.Ordinal) && line.Contains("1000", StringComparison.Ordinal));
        await quiet.ReadUntilAsync("* guest-2 has lost the connection: ", cancellation);
        await quiet.WriteAsync("still here\n", cancellation);
        await quiet.ReadUntilAsync("<guest-1> still here", cancellation);
    }
}
