using System.Runtime.Serialization;
using ActorTcp.Framing;
using Akka.Serialization;

namespace ActorTcp.Cluster.Serialization;

/// <summary>Framings, and the options of handlers. A framing of a user's own needs a serializer of its own.</summary>
internal static class FramingCodec
{
    private enum Kind
    {
        Line = 1,
        Delimiter = 2,
        LengthPrefix = 3,
        Fixed = 4,
        Raw = 5,
        Split = 6,
        Other = 7,
    }

    public static void Write(WireWriter writer, IFraming framing)
    {
        switch (framing)
        {
            case LineFraming line:
                Begin(writer, Kind.Line, line.MaxLength);
                writer.Int(3, (int)line.Ending);
                writer.Int(4, (int)line.Written);
                writer.Flag(5, line.KeepEnding);
                break;
            case DelimiterFraming delimiter:
                Begin(writer, Kind.Delimiter, delimiter.MaxLength);
                writer.Flag(5, delimiter.KeepDelimiter);
                writer.Bytes(6, delimiter.Delimiter.Span);
                break;
            case LengthPrefixFraming prefix:
                Begin(writer, Kind.LengthPrefix, prefix.MaxLength);
                writer.Int(3, (int)prefix.LengthField);
                writer.Int(4, (int)prefix.ByteOrder);
                writer.Flag(5, prefix.KeepHeader);
                writer.Bytes(6, prefix.KeepHeader ? [] : prefix.Leading.Span);
                writer.Int(7, prefix.Offset);
                writer.Int(8, prefix.Adjustment);
                break;
            case FixedFraming sized:
                Begin(writer, Kind.Fixed, sized.Size);
                break;
            case RawFraming:
                Begin(writer, Kind.Raw, 0);
                break;
            case SplitFraming split:
                Begin(writer, Kind.Split, 0);
                writer.Message(9, split.Received, Write);
                writer.Message(10, split.Sent, Write);
                break;
            default:
                WriteOther(writer, framing);
                break;
        }
    }

    public static IFraming Read(WireFields fields)
    {
        var max = fields.Int32(2);
        return fields.Enum<Kind>(1) switch
        {
            Kind.Line => new LineFraming(max, fields.Enum<LineEnding>(3), fields.Enum<LineEnding>(4), fields.Flag(5)),
            Kind.Delimiter => new DelimiterFraming(fields.Bytes(6).Span, max, fields.Flag(5)),
            Kind.LengthPrefix => new LengthPrefixFraming(
                fields.Enum<LengthField>(3),
                max,
                fields.Enum<ByteOrder>(4),
                fields.Int32(7),
                fields.Int32(8),
                fields.Flag(5),
                fields.Bytes(6).Span),
            Kind.Fixed => new FixedFraming(max),
            Kind.Raw => new RawFraming(),
            Kind.Split => new SplitFraming(fields.Required(9, Read), fields.Required(10, Read)),
            Kind.Other => fields.Any(11) as IFraming ?? throw new SerializationException($"{fields.Any(11).GetType()} is not a framing"),
            var kind => throw new SerializationException($"The kind of a framing is {(int)kind}; this version does not know it"),
        };
    }

    public static void Write(WireWriter writer, HandlerOptions options)
    {
        if (options.Supervision is not null)
        {
            throw Codecs.NotSerializable(typeof(HandlerOptions), "a supervision strategy has callbacks of its process. Leave Supervision null");
        }

        writer.Flag(1, options.KeepOpenOnPeerEof);
        writer.Flag(2, options.Pull);
        writer.Message(3, options.Framing, Write);
    }

    public static HandlerOptions ReadHandlerOptions(WireFields fields) => new()
    {
        KeepOpenOnPeerEof = fields.Flag(1),
        Pull = fields.Flag(2),
        Framing = fields.Message(3, Read),
    };

    private static void Begin(WireWriter writer, Kind kind, int maxLength)
    {
        writer.Int(1, (int)kind);
        writer.Int(2, maxLength);
    }

    private static void WriteOther(WireWriter writer, IFraming framing)
    {
        // The serializer for all types writes public properties only, so it would make another framing without an error.
        if (writer.System.Serialization.FindSerializerFor(framing) is NewtonSoftJsonSerializer)
        {
            throw Codecs.NotSerializable(framing.GetType(), "a framing that is not of ActorTcp needs a serializer of its own (akka.actor.serialization-bindings)");
        }

        Begin(writer, Kind.Other, 0);
        writer.Any(11, framing);
    }
}
