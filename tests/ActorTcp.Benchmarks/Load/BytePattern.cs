namespace ActorTcp.Benchmarks.Load;

/// <summary>
/// The bytes that every connection sends and expects back: an endless stream that repeats a block of
/// seeded random bytes, entered at another place by each connection. A byte that is lost, doubled,
/// swapped or from another connection therefore differs from the byte expected at its position.
/// </summary>
internal sealed unsafe class BytePattern : IDisposable
{
    // A prime, so that no usual message or buffer size divides it.
    private const int Period = 65_521;

    private byte* _bytes;

    internal BytePattern(int seed)
    {
        Seed = seed;
        _bytes = (byte*)NativeMemory.Alloc(Period + MaxSlice);
        var block = new Span<byte>(_bytes, Period + MaxSlice);
        new Random(seed).NextBytes(block[..Period]);
        for (int i = Period; i < block.Length; i++)
            block[i] = block[i - Period];
    }

    internal int Seed { get; }

    /// <summary>The longest slice that can be requested, in bytes.</summary>
    internal const int MaxSlice = 256 * 1024;

    /// <summary>The position in the pattern where the stream with this number begins.</summary>
    internal static int Start(long stream) => (int)(stream * 7919 % Period);

    /// <summary>The bytes from an absolute position on; <see cref="MaxSlice"/> of them may be read.</summary>
    internal byte* At(long position) => _bytes + (position % Period);

    public void Dispose()
    {
        NativeMemory.Free(_bytes);
        _bytes = null;
    }
}
