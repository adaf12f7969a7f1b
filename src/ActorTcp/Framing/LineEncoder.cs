using System.Diagnostics.CodeAnalysis;
using ActorTcp.Buffers;

namespace ActorTcp.Framing;

/// <summary>Writes lines for a peer that reads \n and \r\n.</summary>
internal sealed class LineEncoder(int maxLength, byte[] ending, bool keepEnding) : IFrameEncoder
{
    private readonly ReadOnlyMemory<byte> _trailer = keepEnding ? ReadOnlyMemory<byte>.Empty : ending;

    public int MaxHeaderLength => 0;

    public bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal)
    {
        refusal = Refuse(payload.Span);
        frame = refusal is null ? new EncodedFrame(default, payload, _trailer) : default;
        return refusal is null;
    }

    private FrameError? Refuse(ReadOnlySpan<byte> payload)
    {
        var line = payload;
        if (keepEnding)
        {
            if (payload.IsEmpty || payload[^1] != '\n')
            {
                return Refuse(payload, payload.Length, @"does not end with \n");
            }

            line = payload.Length > 1 && payload[^2] == '\r' ? payload[..^2] : payload[..^1];
        }

        if (line.Length > maxLength)
        {
            return Refusal.TooLong(line.Length, maxLength);
        }

        var found = line.IndexOf((byte)'\n');
        if (found >= 0)
        {
            return Refuse(payload, found, @"contains \n");
        }

        return !keepEnding && ending.Length == 1 && !line.IsEmpty && line[^1] == '\r'
            ? Refuse(payload, line.Length - 1, @"ends with \r, which the peer would take for a part of the ending \r\n,")
            : null;
    }

    private FrameError Refuse(ReadOnlySpan<byte> payload, int offset, string what) =>
        Refusal.Of(FrameFault.Delimiter, payload.Length, maxLength, offset, $"A line of {payload.Length} bytes {what} at {offset}");
}
