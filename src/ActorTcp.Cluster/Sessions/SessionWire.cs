using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace ActorTcp.Cluster.Sessions;

/// <summary>The control frames between a client and a connection. docs/sessions.md describes them.</summary>
internal static class SessionWire
{
    /// <summary>The first byte of control frames. User frames that begin with it have it twice.</summary>
    public const byte Mark = (byte)'#';

    private const int TokenBytes = 16;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));

    public static bool IsToken(ReadOnlySpan<byte> text) => text.Length == 2 * TokenBytes && text.IndexOfAnyExcept(HexDigits) < 0;

    public static bool IsMarked(ReadOnlySpan<byte> frame) => !frame.IsEmpty && frame[0] == Mark;

    /// <summary>Reads a frame of a client that begins with the mark.</summary>
    public static ControlFrame Parse(ReadOnlySpan<byte> frame)
    {
        if (frame.Length > 1 && frame[1] == Mark)
        {
            return new ControlFrame(ControlKind.UserFrame);
        }

        if (frame.SequenceEqual("#session"u8))
        {
            return new ControlFrame(ControlKind.Begin);
        }

        if (frame.SequenceEqual("#end"u8))
        {
            return new ControlFrame(ControlKind.End);
        }

        if (frame.StartsWith("#ack "u8))
        {
            return TryNumber(frame[5..], out var acknowledged) ? new ControlFrame(ControlKind.Ack, Number: acknowledged) : default;
        }

        const int NumberAt = 9 + (2 * TokenBytes) + 1;
        return frame.StartsWith("#session "u8)
            && frame.Length > NumberAt
            && IsToken(frame[9..(NumberAt - 1)])
            && frame[NumberAt - 1] == ' '
            && TryNumber(frame[NumberAt..], out var received)
                ? new ControlFrame(ControlKind.Resume, Encoding.ASCII.GetString(frame[9..(NumberAt - 1)]), received)
                : default;
    }

    /// <summary>The frame on the wire for a user frame of the server.</summary>
    public static ReadOnlyMemory<byte> Escape(ReadOnlyMemory<byte> frame)
    {
        if (!IsMarked(frame.Span))
        {
            return frame;
        }

        var escaped = new byte[frame.Length + 1];
        escaped[0] = Mark;
        frame.CopyTo(escaped.AsMemory(1));
        return escaped;
    }

    public static string Session(string token, long accepted) => string.Create(CultureInfo.InvariantCulture, $"#session {token} {accepted}");

    public static string Ack(long accepted) => string.Create(CultureInfo.InvariantCulture, $"#ack {accepted}");

    /// <summary>The word of a reason in <c>#ended</c>.</summary>
    public static string ReasonText(SessionEndReason reason) => reason switch
    {
        SessionEndReason.Expired => "expired",
        SessionEndReason.ClientEnded => "client-ended",
        SessionEndReason.SessionEnded => "session-ended",
        SessionEndReason.BufferFull => "buffer-full",
        SessionEndReason.FrameRefused => "frame-refused",
        _ => "superseded",
    };

    private static bool TryNumber(ReadOnlySpan<byte> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

/// <summary>A control frame of a client.</summary>
internal readonly record struct ControlFrame(ControlKind Kind, string Token = "", long Number = 0);

internal enum ControlKind
{
    /// <summary>It has no valid form.</summary>
    Malformed,
    /// <summary>A user frame whose first byte is the mark.</summary>
    UserFrame,
    /// <summary><c>#session</c></summary>
    Begin,
    /// <summary><c>#session TOKEN RECEIVED</c></summary>
    Resume,
    /// <summary><c>#ack N</c></summary>
    Ack,
    /// <summary><c>#end</c></summary>
    End,
}
