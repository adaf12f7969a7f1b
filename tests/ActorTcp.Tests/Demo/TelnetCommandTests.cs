using ActorTcp.Demo;

namespace ActorTcp.Tests.Demo;

/// <summary>The commands that a telnet client sends in addition to the typed text.</summary>
public sealed class TelnetCommandTests
{
    [Theory]
    [InlineData("hello", "hello", "")]
    [InlineData("a<FFF1>b", "ab", "")]
    [InlineData("<FFFD06>still", "still", "FFFC06")]
    [InlineData("<FFFB1F>a<FFFD01>b", "ab", "FFFE1FFFFC01")]
    [InlineData("<FFFC06FFFE01>a", "a", "")]
    [InlineData("a<FFFA1F00500018FFF0>b", "ab", "")]
    [InlineData("a<FFFA1F>b", "a", "")]
    [InlineData("a<FF>", "a", "")]
    [InlineData("a<FFFD>", "a", "")]
    public void Telnet_commands_are_removed_from_a_line_and_options_are_refused(string line, string typed, string answer) => Check(line, typed, answer);

    /// <summary>Interrupt, then the mark, whose second byte is urgent data, then the question that wants an answer.</summary>
    [Fact]
    public void Telnet_client_receives_the_answer_that_it_waits_for_after_Ctrl_C() =>
        Check("<FFF4FFFFFD06>still", "still", "FFFC06");

    private static void Check(string line, string typed, string answer)
    {
        var bytes = line.Split('<', '>').SelectMany((part, i) => i % 2 == 0 ? Encoding.UTF8.GetBytes(part) : Convert.FromHexString(part)).ToArray();

        Assert.Equal(typed, Encoding.UTF8.GetString(TelnetCommands.TakeFrom(bytes, out var answered)));
        Assert.Equal(answer, Convert.ToHexString(answered));
    }
}
