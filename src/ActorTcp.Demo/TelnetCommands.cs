namespace ActorTcp.Demo;

/// <summary>
/// The commands that telnet sends between the typed characters (RFC 854). They are removed from a line, and every option is refused. After
/// Ctrl-C telnet shows nothing until it receives such an answer.
/// </summary>
internal static class TelnetCommands
{
    private const byte Iac = 255;
    private const byte Dont = 254;
    private const byte Do = 253;
    private const byte Wont = 252;
    private const byte Will = 251;
    private const byte Subnegotiation = 250;
    private const byte SubnegotiationEnd = 240;

    /// <summary>Removes the commands from a line.</summary>
    /// <param name="line">The line in UTF-8, in which the byte 255 does not occur.</param>
    /// <param name="answer">The bytes to send back. May be empty.</param>
    /// <returns>The characters that were typed.</returns>
    public static ReadOnlySpan<byte> TakeFrom(ReadOnlySpan<byte> line, out byte[] answer)
    {
        answer = [];
        if (!line.Contains(Iac))
        {
            return line;
        }

        var (typed, answers) = (new List<byte>(line.Length), new List<byte>());
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] != Iac)
            {
                typed.Add(line[i]);
                continue;
            }

            // Two in a row: the mark between them was sent as urgent data, which is not in the stream.
            while (i < line.Length && line[i] == Iac)
            {
                i++;
            }

            var command = i < line.Length ? line[i] : SubnegotiationEnd;
            if (command is Will or Wont or Do or Dont && ++i < line.Length)
            {
                answers.AddRange(command is Do ? [Iac, Wont, line[i]] : command is Will ? [Iac, Dont, line[i]] : []);
            }
            else if (command == Subnegotiation)
            {
                i = line[i..].IndexOf([Iac, SubnegotiationEnd]) is >= 0 and var length ? i + length + 1 : line.Length;
            }
        }

        answer = [.. answers];
        return typed.ToArray();
    }
}
