using System.Buffers;
using System.Runtime.InteropServices;
using ActorTcp.Native;

namespace ActorTcp.Buffers;

/// <summary>
/// Lays out segments for one gathering send: small ones are copied side by side into one piece, which costs less than
/// pinning each, larger ones are pinned where they are. One belongs to a loop and is used for one call at a time.
/// </summary>
internal sealed unsafe class GatherBuffer
{
    private const int MostVectors = 64;
    private const int CopiedUpTo = 2048;
    private const int ScratchSize = 64 * 1024;

    private readonly byte[] _scratch = GC.AllocateUninitializedArray<byte>(ScratchSize, pinned: true);
    private readonly IoVec[] _vectors = GC.AllocateArray<IoVec>(MostVectors, pinned: true);
    private readonly MemoryHandle[] _pins = new MemoryHandle[MostVectors];
    private readonly byte* _scratchPointer;
    private int _scratchUsed;
    private int _pinCount;
    private bool _lastIsScratch;

    public GatherBuffer() => _scratchPointer = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_scratch, 0);

    /// <summary>How many vectors are laid out.</summary>
    public int Count { get; private set; }

    /// <summary>How many bytes are laid out.</summary>
    public long Bytes { get; private set; }

    public IoVec* Vectors => (IoVec*)Marshal.UnsafeAddrOfPinnedArrayElement(_vectors, 0);

    /// <summary>Adds bytes. False where they have no place any more; then send what there is.</summary>
    public bool TryAdd(ReadOnlyMemory<byte> memory)
    {
        var length = memory.Length;
        if (length <= CopiedUpTo && _scratchUsed + length <= ScratchSize)
        {
            if (!_lastIsScratch)
            {
                if (!AddVector(_scratchPointer + _scratchUsed, 0))
                {
                    return false;
                }

                _lastIsScratch = true;
            }

            memory.Span.CopyTo(_scratch.AsSpan(_scratchUsed));
            _scratchUsed += length;
            _vectors[Count - 1].Length += (nuint)length;
            Bytes += length;
            return true;
        }

        if (Count == MostVectors)
        {
            return false;
        }

        var pin = memory.Pin();
        _pins[_pinCount++] = pin;
        _lastIsScratch = false;
        Bytes += length;
        return AddVector((byte*)pin.Pointer, length);
    }

    /// <summary>Lets go of everything, for the next use.</summary>
    public void Clear()
    {
        for (var i = 0; i < _pinCount; i++)
        {
            _pins[i].Dispose();
            _pins[i] = default;
        }

        _pinCount = 0;
        _scratchUsed = 0;
        _lastIsScratch = false;
        Count = 0;
        Bytes = 0;
    }

    private bool AddVector(byte* start, int length)
    {
        if (Count == MostVectors)
        {
            return false;
        }

        _vectors[Count++] = new IoVec { Base = start, Length = (nuint)length };
        return true;
    }
}
