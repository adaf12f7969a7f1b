using System.Diagnostics.CodeAnalysis;
using ActorTcp.Framing;

namespace ActorTcp.Cluster.Tests.Groups;

/// <summary>Frames that end with a line feed. It counts the frames that it encodes.</summary>
internal sealed class CountingFraming : IFraming, IFrameEncoder
{
    private static readonly byte[] LineFeed = "\n"u8.ToArray();

    private int _encoded;

    public int Encoded => Volatile.Read(ref _encoded);

    public int MaxHeaderLength => 0;

    public bool IsStateless => true;

    public IFrameDecoder CreateDecoder() => new LineFraming(1024).CreateDecoder();

    public IFrameEncoder CreateEncoder() => this;

    public bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal)
    {
        Interlocked.Increment(ref _encoded);
        frame = new EncodedFrame(default, payload, LineFeed);
        refusal = null;
        return true;
    }
}
