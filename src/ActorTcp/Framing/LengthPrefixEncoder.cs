using System.Diagnostics.CodeAnalysis;
using ActorTcp.Buffers;

namespace ActorTcp.Framing;

/// <summary>Writes the length before payloads.</summary>
internal sealed class LengthPrefixEncoder(LengthHeader form, byte[] leading) : IFrameEncoder
{
    public int MaxHeaderLength => form.MaxSize;

    public bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal)
    {
        FramingArgument.HeaderRoom(header, this);
        refusal = Refuse(payload.Length);
        if (refusal is not null)
        {
            frame = default;
            return false;
        }

        leading.CopyTo(header);
        var size = form.Write(header.Span, (uint)form.ValueOf(payload.Length));
        frame = new EncodedFrame(header[..size], payload, default);
        return true;
    }

    private FrameError? Refuse(int length)
    {
        if (length > form.MaxLength)
        {
            return Refusal.TooLong(length, form.MaxLength);
        }

        var value = form.ValueOf(length);
        if (value < 0)
        {
            return Refusal.Of(FrameFault.WrongLength, length, form.MaxLength, 0, $"A payload of {length} bytes would need {value} in its length field");
        }

        return value > form.MaxValue
            ? Refusal.Of(FrameFault.LengthFieldTooSmall, length, form.MaxLength, 0, $"A payload of {length} bytes needs {value} in its length field, which holds at most {form.MaxValue}")
            : null;
    }
}
