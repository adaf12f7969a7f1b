using System.Globalization;
using System.Text;

namespace ActorTcp.Demo.Client;

/// <summary>
/// The client's half of a session (docs/sessions.md): the lines that the server has not acknowledged, and the number of lines that it has sent. Lines have no
/// ending here.
/// </summary>
internal sealed class SessionLines
{
    /// <summary>The number of unacknowledged bytes from which no more lines should be added, as docs/sessions.md demands.</summary>
    private const int MostUnacknowledged = 16 * 1024;

    private readonly Queue<byte[]> _unacknowledged = [];
    private int _unacknowledgedBytes;
    private string? _token;
    private long _acknowledged;
    private long _received;

    /// <summary>Whether the server has given the session a token.</summary>
    public bool HasBegun => _token is not null;

    /// <summary>
    /// The first line on a connection: it begins the session, or resumes it. It has the time, so that the server ignores an attempt on an earlier connection that
    /// arrives late.
    /// </summary>
    public byte[] First => Text(_token is null ? "#session" : $"#session {_token} {_received} {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}");

    /// <summary>The acknowledgement of all lines that were received.</summary>
    public byte[] Acknowledgement => Text($"#ack {_received}");

    /// <summary>The lines to send again on a new connection, in their order.</summary>
    public IReadOnlyCollection<byte[]> Unacknowledged => _unacknowledged;

    /// <summary>Whether another line may be added.</summary>
    public bool HasRoom => _unacknowledgedBytes < MostUnacknowledged;

    /// <summary>Keeps a line until it is acknowledged. Returns it as it is sent.</summary>
    public byte[] Add(string line)
    {
        var frame = Text(line is ['#', ..] ? $"#{line}" : line);
        _unacknowledged.Enqueue(frame);
        _unacknowledgedBytes += frame.Length;
        return frame;
    }

    /// <summary>Handles a line of the server.</summary>
    /// <param name="frame">The line as it was received.</param>
    /// <param name="line">A line to show; null if the result is not <see cref="SessionEvent.Line"/>.</param>
    public SessionEvent Read(ReadOnlySpan<byte> frame, out string? line)
    {
        line = null;
        if (frame is not [(byte)'#', not (byte)'#', ..])
        {
            _received++;
            line = Encoding.UTF8.GetString(frame is [(byte)'#', ..] ? frame[1..] : frame);
            return SessionEvent.Line;
        }

        switch (Encoding.UTF8.GetString(frame).Split(' '))
        {
            case ["#session", var token, var accepted] when Number(accepted) is { } number:
                _token = token;
                return Forget(number) ? SessionEvent.Attached : SessionEvent.NotUnderstood;
            case ["#ack", var accepted] when Number(accepted) is { } number:
                return Forget(number) ? SessionEvent.Acknowledged : SessionEvent.NotUnderstood;
            case ["#unknown"]:
                (_token, _acknowledged, _received) = (null, 0, 0);
                return SessionEvent.Unknown;
            case ["#ended", ..]:
                return SessionEvent.Ended;
            case ["#replaced"]:
                return SessionEvent.Replaced;
            default:
                return SessionEvent.NotUnderstood;
        }
    }

    private bool Forget(long accepted)
    {
        if (accepted < _acknowledged || accepted > _acknowledged + _unacknowledged.Count)
        {
            return false;
        }

        for (; _acknowledged < accepted; _acknowledged++)
        {
            _unacknowledgedBytes -= _unacknowledged.Dequeue().Length;
        }

        return true;
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>What a line of the server means.</summary>
internal enum SessionEvent
{
    /// <summary>A line to show.</summary>
    Line,

    /// <summary>The connection has the session now. The unacknowledged lines must be sent.</summary>
    Attached,

    /// <summary>Lines were acknowledged.</summary>
    Acknowledged,

    /// <summary>The server has no such session any more. A new one must begin.</summary>
    Unknown,

    /// <summary>The session has ended.</summary>
    Ended,

    /// <summary>Another connection has taken the session over.</summary>
    Replaced,

    /// <summary>The server has reported an error, or does not speak this protocol.</summary>
    NotUnderstood,
}
