using System.Text;

namespace ActorTcp.Demo.Chat;

/// <summary>A line that a person typed, as a command.</summary>
internal abstract record ChatInput
{
    public const string Help = """
        /nick NAME   changes your name
        /join ROOM   moves you to another room, and opens it if it does not exist
        /who         lists the people in this room
        /me TEXT     shows what you do: /me waves
        /crash       makes the handler of your connection fail; you keep your name and room
        /quit        closes your connection
        """;

    /// <summary>Parses a line in UTF-8 without its ending. Control characters are left out, because they could control the terminals of others.</summary>
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
