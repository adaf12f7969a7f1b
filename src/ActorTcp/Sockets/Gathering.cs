using System.Buffers;
using System.Runtime.InteropServices;
using ActorTcp.Native;

namespace ActorTcp.Sockets;

/// <summary>
/// The pieces of one gathering send. Small ones are copied side by side into one piece, which costs less than pinning
/// each; larger ones are pinned where they are. One per thread, emptied after each use and kept, so that a list of
/// buffers is sent without allocating; it grows to the longest list that the thread has sent.
/// </summary>
internal sealed unsafe class Gathering
{
    private const int StartCapacity = 16;
    private const int CopiedUpTo = 1024;
    private const int ScratchSize = 16 * 1024;

    [ThreadStatic]
    private static Gathering? _ofThread;

    private readonly byte* _scratch = (byte*)NativeMemory.Alloc(ScratchSize);
    private MemoryHandle[] _pins = new MemoryHandle[StartCapacity];
    private IoVec* _vectors = (IoVec*)NativeMemory.Alloc(StartCapacity, (nuint)sizeof(IoVec));
    private int _capacity = StartCapacity;
    private int _pinCount;
    private int _scratchUsed;

    ~Gathering()
    {
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_scratch);
    }

    public int Count { get; private set; }

    public long Total { get; private set; }

    public IoVec* Vectors => _vectors;

    /// <summary>The thread's own, empty.</summary>
    public static Gathering ForThread()
    {
        var gathering = _ofThread ??= new Gathering();
        // A user's list that threw while it was read has left its pieces behind.
        gathering.Clear();
        return gathering;
    }

    public void Add(ReadOnlyMemory<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return;
        }

        Total += buffer.Length;
        if (Total > int.MaxValue)
        {
            throw Refuse("more bytes than a count can tell", nameof(buffer));
        }

        if (buffer.Length <= CopiedUpTo && buffer.Length <= ScratchSize - _scratchUsed)
        {
            var start = _scratch + _scratchUsed;
            buffer.Span.CopyTo(new Span<byte>(start, buffer.Length));
            _scratchUsed += buffer.Length;
            AddPiece(start, buffer.Length);
        }
        else
        {
            AddPiece(Pin(buffer), buffer.Length);
        }
    }

    /// <summary>Lets the pieces go.</summary>
    public void Clear()
    {
        for (var i = 0; i < _pinCount; i++)
        {
            _pins[i].Dispose();
            _pins[i] = default;
        }

        _pinCount = 0;
        _scratchUsed = 0;
        Count = 0;
        Total = 0;
    }

    /// <summary>Lets the pieces go, and makes the exception for the caller.</summary>
    public ArgumentException Refuse(string message, string parameter)
    {
        Clear();
        return new ArgumentException(message, parameter);
    }

    private byte* Pin(ReadOnlyMemory<byte> buffer)
    {
        if (_pinCount == _pins.Length)
        {
            Array.Resize(ref _pins, _pinCount * 2);
        }

        _pins[_pinCount] = buffer.Pin();
        return (byte*)_pins[_pinCount++].Pointer;
    }

    private void AddPiece(byte* start, int length)
    {
        // What lies behind the last piece lengthens it.
        if (Count > 0 && (byte*)_vectors[Count - 1].Base + _vectors[Count - 1].Length == start)
        {
            _vectors[Count - 1].Length += (nuint)length;
            return;
        }

        if (Count == _capacity)
        {
            _capacity *= 2;
            _vectors = (IoVec*)NativeMemory.Realloc(_vectors, (nuint)_capacity * (nuint)sizeof(IoVec));
        }

        _vectors[Count++] = new IoVec { Base = start, Length = (nuint)length };
    }
}
