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
    [InlineData("doc-multitask", "--port", "0")]
    public async Task A_wrong_value_is_told_with_its_key_and_rule_without_a_stack_trace_and_with_exit_code_2(params string[] arguments)
    {
        using var file = new ConfigFile("actortcp.loops = 2000");

        var (exitCode, output, errors) = await DemoProcess.RunAsync([.. arguments, "--config", file.Path]);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Equal($"{file.Path}, line 1: actortcp.loops is 2000; it must be 0 (as many as processors) to 1024", Assert.Single(errors));
    }

    [Fact]
    public async Task Each_wrong_key_is_told_with_the_file_and_the_line_that_it_stands_on()
    {
        using var file = new ConfigFile("""
            # loops = 1
            actortcp {
              loops = many
              connection { no-delayy = on }
            }

            actortcp.connection.send-queue-bytes = 1
            actortcp.lissener.backlog = 5
            """);

        var (exitCode, _, errors) = await DemoProcess.RunAsync("echo", "--config", file.Path);

        Assert.Equal(2, exitCode);
        Assert.Equal(
            [
                $"  {file.Path}, line 3: actortcp.loops is 'many'; it must be a whole number",
                $"  {file.Path}, line 4: actortcp.connection.no-delayy is no setting; did you mean no-delay?",
                $"  {file.Path}, line 8: actortcp.lissener is no setting; did you mean listener?",
                "  actortcp.connection.send-queue-high is 262144; it must be above 0 bytes and at most send-queue-bytes, 1",
            ],
            errors.Skip(1).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_section_that_no_program_reads_is_told()
    {
        using var file = new ConfigFile("proxy.window = 64KiB\nakka.loglevel = INFO\nactortcpp.loops = 3\n");

        var (exitCode, _, errors) = await DemoProcess.RunAsync("echo", "--config", file.Path);

        Assert.Equal(2, exitCode);
        Assert.Equal($"{file.Path}, line 3: actortcpp is no section; there are actortcp, akka, chat, proxy", Assert.Single(errors));
    }

    [Theory]
    [InlineData("actortcp = 3", "actortcp is '3'; it must be a section with loops, ")]
    [InlineData("chat = 3", "chat is '3'; it must be a section with lobby, ")]
    [InlineData("chat.lobby = [a, b]", "chat.lobby is a list; it must be a single value")]
    [InlineData("chat.rooms { most = 3 }", "chat.rooms is a section; it must be a single value")]
    public async Task What_stands_in_the_place_of_something_else_is_told_so(string hocon, string told)
    {
        using var file = new ConfigFile(hocon);

        var (exitCode, _, errors) = await DemoProcess.RunAsync("chat", "--config", file.Path);

        Assert.Equal(2, exitCode);
        Assert.StartsWith($"{file.Path}, line 1: {told}", errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_wrong_values_of_a_programs_own_section_are_told_at_once()
    {
        using var file = new ConfigFile("chat { history = many, lobby = \"my room\", line-bytes = 1, rooms-open = 3 }");

        var (exitCode, _, errors) = await DemoProcess.RunAsync("chat", "--config", file.Path);

        Assert.Equal(2, exitCode);
        Assert.Equal(
            [
                $"{file.Path}, line 1: chat.history is 'many'; it must be a whole number from 0 to 1000",
                $"{file.Path}, line 1: chat.line-bytes is '1'; it must be a whole number from 64 to 65536",
                $"{file.Path}, line 1: chat.lobby: 'my room' contains ' '; a name consists of letters, digits, - and _.",
            ],
            errors.Take(3));
        Assert.StartsWith($"{file.Path}, line 1: chat.rooms-open is no setting; there are ", errors[3], StringComparison.Ordinal);
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
