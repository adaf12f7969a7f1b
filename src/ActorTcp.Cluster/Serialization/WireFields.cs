using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;

namespace ActorTcp.Cluster.Serialization;

/// <summary>
/// The fields of one message, as <see cref="WireWriter"/> writes them. A field that this version does not know is skipped. If a field occurs several times
/// and is no list, the last one counts. Each read searches the bytes, so nothing is allocated for the fields. The bytes are not copied.
/// </summary>
internal readonly struct WireFields
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly int _depth;

    /// <summary>Reads a message.</summary>
    /// <exception cref="SerializationException">The bytes are no message.</exception>
    public WireFields(ReadOnlyMemory<byte> bytes, ExtendedActorSystem system)
        : this(bytes, system, 0)
    {
    }

    private WireFields(ReadOnlyMemory<byte> bytes, ExtendedActorSystem system, int depth)
    {
        if (depth > AnyCodec.MaxDepth)
        {
            throw AnyCodec.TooDeep();
        }

        _bytes = bytes;
        _depth = depth;
        System = system;
        for (var at = 0; at < bytes.Length;)
        {
            _ = Next(bytes.Span, ref at);
        }
    }

    public ExtendedActorSystem System { get; }

    /// <summary>A number; 0 if there is none, unless another default is given.</summary>
    public long Int64(int field, long none = 0) => Int64OrNull(field) ?? none;

    public long? Int64OrNull(int field) => Find(field, WireType.Varint) is { } found ? UnZigZag(found.Number) : null;

    public int Int32(int field, int none = 0) => Int32OrNull(field) ?? none;

    public int? Int32OrNull(int field) => Int64OrNull(field) is not { } number ? null
        : number is >= int.MinValue and <= int.MaxValue ? (int)number
        : throw new SerializationException($"Field {field} is {number}; it must be a number of 32 bits");

    /// <summary>A number; 0 if there is none.</summary>
    /// <exception cref="SerializationException">It is out of its range.</exception>
    public long InRange(int field, long least, long most) => Int64(field) is var number && number >= least && number <= most
        ? number
        : throw new SerializationException($"Field {field} is {number}; it must be {least} to {most}");

    public bool Flag(int field, bool none = false) => Int64(field, none ? 1 : 0) != 0;

    public bool? FlagOrNull(int field) => Int64OrNull(field) is { } number ? number != 0 : null;

    public TimeSpan Time(int field, TimeSpan none = default) => TimeOrNull(field) ?? none;

    public TimeSpan? TimeOrNull(int field) => Int64OrNull(field) is { } ticks ? new TimeSpan(ticks) : null;

    /// <summary>A value of an enumeration. One that only a newer version knows keeps its number.</summary>
    public T Enum<T>(int field, T none = default)
        where T : struct, Enum =>
        Int32OrNull(field) is { } number ? (T)global::System.Enum.ToObject(typeof(T), number) : none;

    public double Double(int field, double none = 0) =>
        Find(field, WireType.Fixed64) is { } found ? BitConverter.UInt64BitsToDouble(found.Number) : none;

    /// <summary>The bytes; empty if there are none.</summary>
    public ReadOnlyMemory<byte> Bytes(int field) => BytesOrNull(field) ?? ReadOnlyMemory<byte>.Empty;

    public ReadOnlyMemory<byte>? BytesOrNull(int field) => Find(field, WireType.Bytes) is { } found
        ? _bytes.Slice(found.Start, found.Length)
        : (ReadOnlyMemory<byte>?)null;

    public string? TextOrNull(int field) => BytesOrNull(field) is { } bytes ? TextOf(bytes) : null;

    /// <summary>A text; empty if there is none, unless another default is given.</summary>
    public string Text(int field, string none = "") => TextOrNull(field) ?? none;

    /// <summary>An actor; Nobody if there is none.</summary>
    public IActorRef Actor(int field) => ActorOrNull(field) ?? ActorRefs.Nobody;

    public IActorRef? ActorOrNull(int field) => TextOrNull(field) is { } path ? Resolve(path) : null;

    /// <summary>A list of actors.</summary>
    public IReadOnlyList<IActorRef> Actors(int field)
    {
        var system = System;
        return List(field, bytes => Resolve(TextOf(bytes), system));
    }

    /// <summary>A message in the message; null if there is none.</summary>
    public T? Message<T>(int field, Func<WireFields, T> read)
        where T : class =>
        BytesOrNull(field) is { } bytes ? read(new WireFields(bytes, System, _depth + 1)) : null;

    /// <summary>A message in the message.</summary>
    /// <exception cref="SerializationException">It is missing.</exception>
    public T Required<T>(int field, Func<WireFields, T> read)
        where T : class =>
        Message(field, read) ?? throw Missing(field);

    public IReadOnlyList<T> Messages<T>(int field, Func<WireFields, T> read)
    {
        var (system, depth) = (System, _depth + 1);
        return List(field, bytes => read(new WireFields(bytes, system, depth)));
    }

    /// <summary>An object of any type; null if there is none.</summary>
    public object? AnyOrNull(int field) => Message(field, AnyCodec.Read);

    /// <summary>An object of any type.</summary>
    /// <exception cref="SerializationException">It is missing.</exception>
    public object Any(int field) => Required(field, AnyCodec.Read);

    /// <summary>The error of a message without a field that it must have.</summary>
    public static SerializationException Missing(int field) => new($"Field {field} is missing");

    private static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static string TextOf(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes.Span);
        }
        catch (DecoderFallbackException failure)
        {
            throw new SerializationException("A text is not UTF-8", failure);
        }
    }

    private IActorRef Resolve(string path) => Resolve(path, System);

    private static IActorRef Resolve(string path, ExtendedActorSystem system) => system.Provider.ResolveActorRef(path);

    /// <summary>The shared empty list if there is none, so that records with the default of such a property are equal.</summary>
#pragma warning disable CA1859 // The empty list is not a List.
    private IReadOnlyList<T> List<T>(int field, Func<ReadOnlyMemory<byte>, T> read)
    {
        var list = new List<T>();
        for (var at = 0; at < _bytes.Length;)
        {
            var found = Next(_bytes.Span, ref at);
            if (found.Field == field)
            {
                list.Add(read(_bytes.Slice(found.Checked(WireType.Bytes).Start, found.Length)));
            }
        }

        if (list.Count == 0)
        {
            return [];
        }

        return list;
    }
#pragma warning restore CA1859

    private Found? Find(int field, WireType type)
    {
        Found? last = null;
        var bytes = _bytes.Span;
        for (var at = 0; at < bytes.Length;)
        {
            var found = Next(bytes, ref at);
            if (found.Field == field)
            {
                last = found.Checked(type);
            }
        }

        return last;
    }

    private static Found Next(ReadOnlySpan<byte> bytes, ref int at)
    {
        var tag = Varint(bytes, ref at);
        var field = tag >> 3;
        if (field is 0 or > int.MaxValue >> 3)
        {
            throw new SerializationException($"The number of a field is {field}; it must be 1 to {int.MaxValue >> 3}");
        }

        var type = (WireType)(tag & 7);
        ulong number = 0;
        var length = 0;
        switch (type)
        {
            case WireType.Varint:
                number = Varint(bytes, ref at);
                break;
            case WireType.Fixed64:
                length = Fits(bytes, at, 8);
                number = BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
                break;
            case WireType.Fixed32:
                length = Fits(bytes, at, 4);
                break;
            case WireType.Bytes:
                var announced = Varint(bytes, ref at);
                length = Fits(bytes, at, announced);
                break;
            default:
                throw new SerializationException($"Field {field} has the wire type {(int)type}, which no version uses");
        }

        var start = at;
        at += length;
        return new Found((int)field, type, number, start, length);
    }

    private static int Fits(ReadOnlySpan<byte> bytes, int at, ulong length) => length <= (ulong)(bytes.Length - at)
        ? (int)length
        : throw new SerializationException($"A field has {length} bytes, but only {bytes.Length - at} follow");

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at >= bytes.Length)
            {
                throw new SerializationException("The message ends in the middle of a field");
            }

            var next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new SerializationException("A number has more than 64 bits");
    }

    private readonly record struct Found(int Field, WireType Type, ulong Number, int Start, int Length)
    {
        public Found Checked(WireType type) => Type == type
            ? this
            : throw new SerializationException($"Field {Field} has the wire type {Type}; it must have {type}");
    }
}
