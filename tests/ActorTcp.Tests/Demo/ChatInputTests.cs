using ActorTcp.Demo.Chat;

namespace ActorTcp.Tests.Demo;

/// <summary>How the chat parses a line.</summary>
public sealed class ChatInputTests
{
    [Fact]
    public void Command_is_recognized_in_any_case_and_its_argument_is_trimmed()
    {
        Assert.Equal(new ChatInput.Nick("ann"), Parse("/NICK   ann "));
        Assert.Equal(new ChatInput.Join("garden"), Parse("/join garden"));
        Assert.Equal(new ChatInput.Did("waves twice"), Parse("/me waves twice"));
        Assert.Equal(new ChatInput.Quit(), Parse("/quit"));
        Assert.Equal(new ChatInput.NotUnderstood("/me"), Parse("/me"));
        Assert.Equal(new ChatInput.NotUnderstood("/quit now"), Parse("/quit now"));
        Assert.Equal(new ChatInput.Nothing(), Parse("   "));
    }

    [Fact]
    public void Control_characters_for_terminals_are_removed()
    {
        Assert.Equal(new ChatInput.Said("[31mred"), Parse("\u001b[31mred\a\b\u009b"));
        Assert.Equal(new ChatInput.Said("a\ufffdb"), ChatInput.Parse([(byte)'a', 0xff, (byte)'b']));
    }

    [Fact]
    public void Any_bytes_can_be_parsed()
    {
        var random = new Random(1);
        var bytes = new byte[64];
        for (var i = 0; i < 10_000; i++)
        {
            random.NextBytes(bytes);
            Assert.NotNull(ChatInput.Parse(bytes.AsSpan(0, i % bytes.Length)));
        }
    }

    private static ChatInput Parse(string line) => ChatInput.Parse(Encoding.UTF8.GetBytes(line));
}
