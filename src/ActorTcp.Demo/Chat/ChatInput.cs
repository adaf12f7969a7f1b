using System.Text;

namespace ActorTcp.Demo.Chat;

/// <summary>What somebody typed.</summary>
internal abstract record ChatInput
{
    public const string Help = """
        /nick NAME   take another name
        /join ROOM   go to another room; one that is not there is made
        /who         who is in this room
        /me TEXT     what you do
        /crash       makes the handler of your connection fail: you stay who and where you are
        /quit        leave
        """;

    /// <summary>Reads a line: UTF-8, without its end. What cannot be shown on a terminal, or would steer it, is left out.</summary>
    public static ChatInput Parse(ReadOnlySpan<byte> line)
    {
        var text = string.Concat(Encoding.UTF8.GetString(line).Where(character => !char.IsControl(character))).Trim();
        if (!text.StartsWith('/'))
        {
            return text.Length == 0 ? new Nothing() : new Said(text);
        }

        var (command, argument) = text.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space
            ? (text[..space], text[space..].Trim())
            : (text, "");
        return (command.ToUpperInvariant(), argument) switch
        {
            ("/NICK", _) => new Nick(argument),
            ("/JOIN", _) => new Join(argument),
            ("/WHO", "") => new Who(),
            ("/ME", not "") => new Did(argument),
            ("/HELP", "") => new AskedForHelp(),
            ("/CRASH", "") => new Crash(),
            ("/QUIT", "") => new Quit(),
            _ => new NotUnderstood(text),
        };
    }

    internal sealed record Nothing : ChatInput;

    internal sealed record Said(string Text) : ChatInput;

    internal sealed record Did(string Text) : ChatInput;

    internal sealed record Nick(string Name) : ChatInput;

    internal sealed record Join(string Room) : ChatInput;

    internal sealed record Who : ChatInput;

    internal sealed record AskedForHelp : ChatInput;

    internal sealed record Crash : ChatInput;

    internal sealed record Quit : ChatInput;

    internal sealed record NotUnderstood(string Line) : ChatInput;
}
