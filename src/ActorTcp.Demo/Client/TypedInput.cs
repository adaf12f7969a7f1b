using System.Buffers;

namespace ActorTcp.Demo.Client;

/// <summary>The endings of the lines that the client sends.</summary>
internal enum InputMode
{
    /// <summary>Each line ends with LF.</summary>
    Lf,

    /// <summary>Each line ends with CR LF.</summary>
    CrLf,

    /// <summary>The bytes are sent unchanged.</summary>
    Raw,
}

/// <summary>
/// Converts the line endings of the input. A piece of input may begin and end anywhere in a line, so a line of any length passes without being
/// buffered.
/// </summary>
internal sealed class TypedInput(InputMode mode)
{
    private readonly ArrayBufferWriter<byte> _converted = new();
    private bool _isInLine;
    private bool _endsWithReturn;

    /// <summary>Converts one piece of input.</summary>
    /// <param name="input">The piece. Must not be empty.</param>
    /// <returns>The bytes to send. Empty if the piece is one CR, which may be the first half of a CR LF.</returns>
    public byte[] Convert(ReadOnlySpan<byte> input)
    {
        if (mode == InputMode.Raw)
        {
            return input.ToArray();
        }

        _converted.ResetWrittenCount();
        if (_endsWithReturn && input[0] != '\n')
        {
            // The CR at the end of the last piece was not the first half of a CR LF.
            _converted.Write("\r"u8);
        }

        _endsWithReturn = input[^1] == '\r';
        var left = _endsWithReturn ? input[..^1] : input;
        while (left.IndexOf((byte)'\n') is >= 0 and var feed)
        {
            _converted.Write(feed > 0 && left[feed - 1] == '\r' ? left[..(feed - 1)] : left[..feed]);
            _converted.Write(Ending);
            left = left[(feed + 1)..];
        }

        _converted.Write(left);
        _isInLine = _endsWithReturn || input[^1] != '\n';
        return _converted.WrittenSpan.ToArray();
    }

    /// <summary>Ends the last line if the input did not.</summary>
    /// <returns>The bytes to send. May be empty.</returns>
    public byte[] End() => mode != InputMode.Raw && _isInLine ? Ending.ToArray() : [];

    private ReadOnlySpan<byte> Ending => mode == InputMode.CrLf ? "\r\n"u8 : "\n"u8;
}
