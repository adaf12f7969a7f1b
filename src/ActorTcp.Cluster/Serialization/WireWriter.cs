using System.Buffers.Binary;
using System.Text;
using Akka.Actor;

namespace ActorTcp.Cluster.Serialization;

/// <summary>
/// Writes the fields of one message in the wire format of protocol buffers. A value that is absent, and a number that is zero, takes no bytes. Not thread-safe.
/// </summary>
internal sealed class WireWriter(ExtendedActorSystem system, int capacity = 128)
{
    private byte[] _buffer = new byte[capacity];
    private int _length;

    /// <summary>Writes a number as a zigzag varint.</summary>
    public void Int(int field, long value)
    {
        if (value != 0)
        {
            IntOrNull(field, value);
        }
    }

    /// <summary>Writes a number, zero too. Null takes no bytes.</summary>
    public void IntOrNull(int field, long? value)
    {
        if (value is { } number)
        {
            Tag(field, WireType.Varint);
            Varint(ZigZag(number));
        }
    }

    public void Flag(int field, bool value) => Int(field, value ? 1 : 0);

    public void FlagOrNull(int field, bool? value) => IntOrNull(field, value is { } flag ? flag ? 1 : 0 : null);

    /// <summary>Writes a time in ticks of 100 ns.</summary>
    public void Time(int field, TimeSpan value) => Int(field, value.Ticks);

    public void TimeOrNull(int field, TimeSpan? value) => IntOrNull(field, value?.Ticks);

    public void Double(int field, double value)
    {
        Tag(field, WireType.Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(Room(8), value);
    }

    /// <summary>Writes a text in UTF-8, an empty one too. Null takes no bytes.</summary>
    public void Text(int field, string? value)
    {
        if (value is not null)
        {
            var length = Encoding.UTF8.GetByteCount(value);
            Tag(field, WireType.Bytes);
            Varint((uint)length);
            Encoding.UTF8.GetBytes(value, Room(length));
        }
    }

    /// <summary>Writes bytes. No bytes take no bytes.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            BytesOrEmpty(field, value);
        }
    }

    /// <summary>Writes bytes, or that there are none.</summary>
    public void BytesOrEmpty(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, WireType.Bytes);
        Varint((uint)value.Length);
        value.CopyTo(Room(value.Length));
    }

    /// <summary>Writes an actor as its path. Nobody takes no bytes.</summary>
    public void Actor(int field, IActorRef? value)
    {
        if (value is not null && !value.IsNobody())
        {
            Text(field, Akka.Serialization.Serialization.SerializedActorPath(value));
        }
    }

    /// <summary>Writes a message in the message. Null takes no bytes.</summary>
    public void Message<T>(int field, T? value, Action<WireWriter, T> write)
        where T : class
    {
        if (value is not null)
        {
            var inner = new WireWriter(system);
            write(inner, value);
            BytesOrEmpty(field, inner.Written);
        }
    }

    /// <summary>Writes each message of a list.</summary>
    public void Messages<T>(int field, IEnumerable<T> values, Action<WireWriter, T> write)
        where T : class
    {
        foreach (var value in values)
        {
            Message(field, value, write);
        }
    }

    /// <summary>Writes an object of any type, such as a token. Null takes no bytes.</summary>
    public void Any(int field, object? value) => Message(field, value, AnyCodec.Write);

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public byte[] ToArray() => _length == _buffer.Length ? _buffer : Written.ToArray();

    public ExtendedActorSystem System => system;

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private void Tag(int field, WireType type) => Varint(((uint)field << 3) | (uint)type);

    private void Varint(ulong value)
    {
        var room = Room(10);
        var used = 0;
        for (; value >= 0x80; value >>= 7)
        {
            room[used++] = (byte)(value | 0x80);
        }

        room[used++] = (byte)value;
        _length -= 10 - used;
    }

    private Span<byte> Room(int length)
    {
        if (_buffer.Length - _length < length)
        {
            Array.Resize(ref _buffer, Math.Max(_length + length, Math.Min(_buffer.Length, Array.MaxLength / 2) * 2));
        }

        _length += length;
        return _buffer.AsSpan(_length - length, length);
    }
}

/// <summary>The wire types of protocol buffers that are used or skipped. Groups are refused.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}
