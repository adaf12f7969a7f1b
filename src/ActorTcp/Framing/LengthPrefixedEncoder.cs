using System.Diagnostics.CodeAnalysis;
using ActorTcp.Buffers;

namespace ActorTcp.Framing;

/// <summary>Sends payloads that have their header already, once it is seen to be right.</summary>
internal sealed class LengthPrefixedEncoder(LengthHeader form) : IFrameEncoder
{
    public int MaxHeaderLength => 0;

    public bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal)
    {
        refusal = Refuse(payload.Span);
        frame = refusal is null ? new EncodedFrame(default, payload, default) : default;
        return refusal is null;
    }

    private FrameError? Refuse(ReadOnlySpan<byte> payload)
    {
        var scan = payload.IsEmpty ? FrameScan.NeedMore : form.Scan(payload, keepHeader: true);
        return scan.Status switch
        {
            FrameStatus.Frame when scan.Length == payload.Length => null,
            FrameStatus.Frame => Wrong(payload, $"says {scan.Length}"),
            FrameStatus.NeedMore => Wrong(payload, scan.Length == 0 ? "is missing" : $"says at least {scan.Length}"),
            _ when scan.Fault == FrameFault.TooLong => Refusal.TooLong(scan.Size, form.MaxLength),
            _ => Refusal.Of(scan.Fault, scan.Size, form.MaxLength, form.Offset, $"{scan.Text}, in the header of a payload"),
        };
    }

    private FrameError Wrong(ReadOnlySpan<byte> payload, string what) => Refusal.Of(
        FrameFault.WrongLength,
        payload.Length,
        form.MaxLength,
        form.Offset,
        $"A payload of {payload.Length} bytes with its header has a header that {what}");
}
