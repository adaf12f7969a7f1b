using System.Diagnostics.CodeAnalysis;
using ActorTcp.Buffers;

namespace ActorTcp.Framing;

/// <summary>Writes frames of one size: refuses payloads of another.</summary>
internal sealed class FixedEncoder(int size) : IFrameEncoder
{
    public int MaxHeaderLength => 0;

    public bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal)
    {
        refusal = payload.Length == size ? null : Refuse(payload.Length);
        frame = refusal is null ? new EncodedFrame(default, payload, default) : default;
        return refusal is null;
    }

    private FrameError Refuse(int length) => length > size
        ? Refusal.TooLong(length, size)
        : Refusal.Of(FrameFault.WrongLength, length, size, 0, $"A payload of {length} bytes is no frame of {size} bytes");
}
