using System.Diagnostics.CodeAnalysis;
using ActorTcp.Buffers;

namespace ActorTcp.Framing;

/// <summary>Sends payloads as they are.</summary>
internal sealed class RawEncoder : IFrameEncoder
{
    public int MaxHeaderLength => 0;

    public bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal)
    {
        frame = new EncodedFrame(default, payload, default);
        refusal = null;
        return true;
    }
}
