using System.Buffers;
using System.Runtime.InteropServices;
using ActorTcp.Native;

namespace ActorTcp.Sockets;

/// <summary>
/// The pieces of one gathering send, pinned. One per thread, emptied after each use and kept, so that a list of
/// buffers is sent without allocating; it grows to the longest list that the thread has sent.
/// </summary>
internal sealed unsafe class Gathering
{
    private const int StartCapacity = 16;

    [ThreadStatic]
    private static Gathering? _ofThread;

    private MemoryHandle[] _pins = new MemoryHandle[StartCapacity];
    private IoVec* _vectors = (IoVec*)NativeMemory.Alloc(StartCapacity, (nuint)sizeof(IoVec));

    ~Gathering() => NativeMemory.Free(_vectors);

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

        if (Total + buffer.Length > int.MaxValue)
        {
            throw Refuse("more bytes than a count can tell", nameof(buffer));
        }

        if (Count == _pins.Length)
        {
            Array.Resize(ref _pins, Count * 2);
            _vectors = (IoVec*)NativeMemory.Realloc(_vectors, (nuint)(_pins.Length * sizeof(IoVec)));
        }

        var pin = buffer.Pin();
        _pins[Count] = pin;
        _vectors[Count] = new IoVec { Base = pin.Pointer, Length = (nuint)buffer.Length };
        Count++;
        Total += buffer.Length;
    }

    /// <summary>Lets the pieces go.</summary>
    public void Clear()
    {
        for (var i = 0; i < Count; i++)
        {
            _pins[i].Dispose();
            _pins[i] = default;
        }

        Count = 0;
        Total = 0;
    }

    /// <summary>Lets the pieces go, and makes the exception for the caller.</summary>
    public ArgumentException Refuse(string message, string parameter)
    {
        Clear();
        return new ArgumentException(message, parameter);
    }
}
