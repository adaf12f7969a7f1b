using System.Diagnostics.CodeAnalysis;

namespace ActorTcp.Tests.Framing;

/// <summary>A custom framing as docs/framing.md shows it: netstrings, such as "5:hello,".</summary>
internal sealed class NetstringFraming(int maxLength) : IFraming
{
    public int MaxLength => maxLength;

    public IFrameDecoder CreateDecoder() => new NetstringDecoder(maxLength);

    public IFrameEncoder CreateEncoder() => new NetstringEncoder(maxLength);

    public override string ToString() => $"netstrings of at most {maxLength} bytes";

    internal sealed class NetstringDecoder(int maxLength) : FrameDecoder(maxLength, overhead: Digits + 2)
    {
        private const int Digits = 9;

        private readonly int _maxLength = maxLength;

        protected override FrameScanResult Scan(ReadOnlySpan<byte> bytes, int examined)
        {
            var number = bytes[..Math.Min(bytes.Length, Digits + 1)];
            var colon = number.IndexOf((byte)':');
            var digits = colon < 0 ? number : number[..colon];
            if (digits.ContainsAnyExceptInRange((byte)'0', (byte)'9') || digits.Length > Digits || colon == 0)
            {
                return FrameScanResult.Malformed("A netstring does not begin with its length");
            }

            if (colon < 0)
            {
                return FrameScanResult.NeedMore;
            }

            var length = int.Parse(digits, CultureInfo.InvariantCulture);
            if (length > _maxLength)
            {
                return FrameScanResult.TooLong(length);
            }

            var total = colon + 1 + length + 1;
            if (bytes.Length < total)
            {
                return FrameScanResult.NeedTotal(total);
            }

            return bytes[total - 1] == ','
                ? FrameScanResult.Frame(total, colon + 1, length)
                : FrameScanResult.Malformed("A netstring does not end with a comma", length);
        }
    }

    internal sealed class NetstringEncoder(int maxLength) : IFrameEncoder
    {
        private static readonly byte[] Comma = [(byte)','];

        public int MaxHeaderLength => 11;

        public bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal)
        {
            frame = default;
            refusal = payload.Length > maxLength
                ? new FrameError(FrameErrorKind.TooLong, payload.Length, maxLength, 0, $"A netstring of {payload.Length} bytes exceeds {maxLength}")
                : null;
            if (refusal is not null)
            {
                return false;
            }

            payload.Length.TryFormat(header.Span, out var digits, default, CultureInfo.InvariantCulture);
            header.Span[digits] = (byte)':';
            frame = new EncodedFrame(header[..(digits + 1)], payload, Comma);
            return true;
        }
    }
}
