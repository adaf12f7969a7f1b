using ActorTcp.Demo.Chat;
using ActorTcp.Demo.Proxy;
using Akka.Configuration;

namespace ActorTcp.Tests.Demo;

/// <summary>The errors that each program with <c>--config</c> reports for a wrong file.</summary>
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
    public async Task Wrong_value_prints_one_line_with_key_and_rule_and_exits_with_2(params string[] arguments)
    {
        using var file = new ConfigFile("actortcp.loops = 2000");

        var (exitCode, output, errors) = await DemoProcess.RunAsync([.. arguments, "--config", file.Path]);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Equal("actortcp.loops is 2000; it must be 0 (as many as processors) to 1024", Assert.Single(errors));
    }

    [Fact]
    public async Task All_wrong_keys_and_values_are_reported_at_once()
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
                "  actortcp.connection.no-delayy is not a setting; did you mean no-delay?",
                "  actortcp.connection.send-queue-high is 262144; it must be above 0 bytes and at most send-queue-bytes, 1",
                "  actortcp.lissener is not a setting; did you mean listener?",
                "  actortcp.loops is 'many'; it must be a whole number",
            ],
            errors.Skip(1).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Section_that_no_program_reads_is_an_error()
    {
        using var file = new ConfigFile("proxy.window = 64KiB\nakka.loglevel = INFO\nactortcpp.loops = 3\n");

        var (exitCode, _, errors) = await DemoProcess.RunAsync("echo", "--config", file.Path);

        Assert.Equal(2, exitCode);
        Assert.Equal("actortcpp is not a section; a section must be one of actortcp, akka, chat, proxy", Assert.Single(errors));
    }

    [Theory]
    [InlineData("actortcp = 3", "actortcp is '3'; it must be a section with loops, ")]
    [InlineData("chat = 3", "chat is '3'; it must be a section with lobby, ")]
    [InlineData("chat.lobby = [a, b]", "chat.lobby is a list; it must be a single value")]
    [InlineData("chat.rooms { most = 3 }", "chat.rooms is a section; it must be a single value")]
    public async Task Section_value_or_list_in_the_wrong_place_is_an_error(string hocon, string expected)
    {
        using var file = new ConfigFile(hocon);

        var (exitCode, _, errors) = await DemoProcess.RunAsync("chat", "--config", file.Path);

        Assert.Equal(2, exitCode);
        Assert.StartsWith(expected, errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_errors_in_a_programs_own_section_are_reported_at_once()
    {
        using var file = new ConfigFile("chat { history = many, lobby = \"my room\", line-bytes = 1, rooms-open = 3 }");

        var (exitCode, _, errors) = await DemoProcess.RunAsync("chat", "--config", file.Path);

        Assert.Equal(2, exitCode);
        Assert.Equal(
            [
                "4 settings are wrong:",
                "  chat.history is 'many'; it must be a whole number",
                "  chat.rooms-open is not a setting; the settings are lobby, history, line-bytes, name-length, kernel-buffer, rooms, empty-room-time",
                "  chat.lobby is 'my room': 'my room' contains ' '; a name consists of letters, digits, - and _.",
                "  chat.line-bytes is 1; it must be 64 to 65536",
            ],
            errors);
    }

    [Theory]
    [InlineData("/nowhere/at.all", "it must be a file that can be read")]
    [InlineData("/", "it must be a file that can be read")]
    public async Task File_that_cannot_be_read_is_reported_with_its_path(string path, string reason)
    {
        var (exitCode, output, errors) = await DemoProcess.RunAsync("echo", "--config", path);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.StartsWith($"--config is '{path}'; {reason}: ", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_is_not_HOCON_is_reported_with_its_path()
    {
        using var file = new ConfigFile("include \"no end");

        var (exitCode, _, errors) = await DemoProcess.RunAsync("echo", "--config", file.Path);

        Assert.Equal(2, exitCode);
        Assert.StartsWith($"--config is '{file.Path}'; it must be a HOCON file: ", errors[0], StringComparison.Ordinal);
        Assert.DoesNotContain(errors, line => line.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public void Configuration_files_of_the_programs_have_the_default_settings()
    {
        Assert.Equal(new ChatSettings(), SettingsReader.Read<ChatSettings>(OwnFile("chat"), ChatSettings.Section));
        Assert.Equal(new ProxySettings(), SettingsReader.Read<ProxySettings>(OwnFile("proxy"), ProxySettings.Section));

        static Config OwnFile(string program) =>
            ConfigurationFactory.ParseString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "config", $"{program}.conf")));
    }
}
