using System.Buffers;
using ActorTcp.Interop;

namespace ActorTcp.Memory;

/// <summary>
/// Prepares segments for one gathering send. Small segments are copied together into one vector, which is faster than pinning each of them. Larger segments
/// are pinned. A buffer belongs to one thread, and is used for one call at a time.
/// </summary>
/// <param name="grows">Whether it takes any number of segments. If not, it is full after 64 vectors.</param>
internal sealed unsafe class GatherBuffer(bool grows = false)
{
    private const int FirstVectors = 64;
    private const int CopiedUpTo = 2048;
    private const int ScratchSize = 64 * 1024;

    private readonly byte[] _scratch = GC.AllocateUninitializedArray<byte>(ScratchSize, pinned: true);
    private IoVec[] _vectors = GC.AllocateArray<IoVec>(FirstVectors, pinned: true);
    private MemoryHandle[] _pins = new MemoryHandle[FirstVectors];
    private int _scratchUsed;
    private int _pinCount;
    private bool _lastIsScratch;

    /// <summary>The number of vectors.</summary>
    public int Count { get; private set; }

    /// <summary>The number of bytes in the vectors.</summary>
    public long Bytes { get; private set; }

    public IoVec* Vectors => (IoVec*)Marshal.UnsafeAddrOfPinnedArrayElement(_vectors, 0);

    /// <summary>Adds bytes. False if the buffer is full. The caller then sends its content first.</summary>
    public bool TryAdd(ReadOnlyMemory<byte> memory)
    {
        var length = memory.Length;
        var copies = length <= CopiedUpTo && _scratchUsed + length <= ScratchSize;
        if (!(copies && _lastIsScratch) && Count == _vectors.Length && !TryGrow())
        {
            return false;
        }

        if (copies)
        {
            memory.Span.CopyTo(_scratch.AsSpan(_scratchUsed));
            if (!_lastIsScratch)
            {
                AddVector((byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_scratch, _scratchUsed));
                _lastIsScratch = true;
            }

            _scratchUsed += length;
        }
        else
        {
            var pin = memory.Pin();
            _pins[_pinCount++] = pin;
            AddVector((byte*)pin.Pointer);
            _lastIsScratch = false;
        }

        _vectors[Count - 1].Length += (nuint)length;
        Bytes += length;
        return true;
    }

    /// <summary>Removes all segments and their pins, for the next use.</summary>
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

    private void AddVector(byte* start) => _vectors[Count++] = new IoVec { Base = start };

    private bool TryGrow()
    {
        if (grows)
        {
            var vectors = GC.AllocateArray<IoVec>(_vectors.Length * 2, pinned: true);
            _vectors.CopyTo(vectors, 0);
            _vectors = vectors;
            Array.Resize(ref _pins, vectors.Length);
        }

        return grows;
    }
}
