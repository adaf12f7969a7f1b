namespace ActorTcp.Tests.Demo;

/// <summary>What a wrong configuration file is told, by every program that takes one.</summary>
public sealed class ConfigOptionTests
{
    [Theory]
    [InlineData("echo")]
    [InlineData("chat")]
    [InlineData("supervised")]
    [InlineData("multitask")]
    [InlineData("proxy", "--to", "127.0.0.1:1")]
    [InlineData("client")]
    public async Task A_wrong_value_is_told_with_its_key_and_rule_without_a_stack_trace_and_with_exit_code_2(params string[] arguments)
    {
        using var file = new ConfigFile("actortcp.loops = 2000");

        var (exitCode, output, errors) = await DemoProcess.RunAsync([.. arguments, "--config", file.Path]);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Equal("actortcp.loops is 2000; it must be 0 (as many as processors) to 1024", Assert.Single(errors));
    }

    [Fact]
    public async Task All_wrong_values_of_a_programs_own_section_are_told_at_once()
    {
        using var file = new ConfigFile("chat { history = many, lobby = \"my room\", line-bytes = 1, rooms-open = 3 }");

        var (exitCode, _, errors) = await DemoProcess.RunAsync("chat", "--config", file.Path);

        Assert.Equal(2, exitCode);
        Assert.Equal(
            [
                "chat.history is 'many'; it must be a whole number from 0 to 1000",
                "chat.line-bytes is '1'; it must be a whole number from 64 to 65536",
                "chat.lobby: 'my room' contains ' '; a name consists of letters, digits, - and _.",
            ],
            errors.Take(3));
        Assert.StartsWith("chat.rooms-open is no setting; there are ", errors[3], StringComparison.Ordinal);
        Assert.Equal(4, errors.Count);
    }

    [Theory]
    [InlineData("/nowhere/at.all", "which cannot be read")]
    [InlineData("/", "which cannot be read")]
    public async Task A_file_that_cannot_be_read_is_named(string path, string reason)
    {
        var (exitCode, output, errors) = await DemoProcess.RunAsync("echo", "--config", path);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.StartsWith($"--config is '{path}', {reason}: ", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_HOCON_is_named()
    {
        using var file = new ConfigFile("include \"no end");

        var (exitCode, _, errors) = await DemoProcess.RunAsync("echo", "--config", file.Path);

        Assert.Equal(2, exitCode);
        Assert.StartsWith($"--config is '{file.Path}', which is not HOCON: ", errors[0], StringComparison.Ordinal);
        Assert.DoesNotContain(errors, line => line.Contains("   at ", StringComparison.Ordinal));
    }
}
