using System.Diagnostics.CodeAnalysis;

namespace ActorTcp.Tests.Groups;

/// <summary>Frames that end with a line feed. It counts the frames that it encodes.</summary>
internal sealed class CountingFraming(bool isStateless = true) : IFraming
{
    private int _encoded;

    public int Encoded => Volatile.Read(ref _encoded);

    public IFrameDecoder CreateDecoder() => new LineFraming(1024).CreateDecoder();

    public IFrameEncoder CreateEncoder() => new Encoder(this, isStateless);

    private sealed class Encoder(CountingFraming framing, bool isStateless) : IFrameEncoder
    {
        private static readonly byte[] LineFeed = "\n"u8.ToArray();

        public int MaxHeaderLength => 0;

        public bool IsStateless => isStateless;

        public bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal)
        {
            Interlocked.Increment(ref framing._encoded);
            frame = new EncodedFrame(default, payload, LineFeed);
            refusal = null;
            return true;
        }
    }
}
