using System.Runtime.Serialization;
using Akka.Actor;

namespace ActorTcp.Cluster.Serialization;

/// <summary>
/// Objects of any type in a message, such as tokens. The usual types of tokens have a short form. Any other object is written by the serializer that the actor
/// system has for its type.
/// </summary>
internal static class AnyCodec
{
    /// <summary>The maximum number of messages within each other. A message of a user has one or two.</summary>
    public const int MaxDepth = 32;

    private const int Text = 1;
    private const int Int32 = 2;
    private const int Int64 = 3;
    private const int Flag = 4;
    private const int Id = 5;
    private const int Actor = 6;
    private const int SerializerId = 7;
    private const int Manifest = 8;
    private const int Content = 9;

    [ThreadStatic]
    private static int _depth;

    public static void Write(WireWriter writer, object value)
    {
        switch (value)
        {
            case string text:
                writer.Text(Text, text);
                break;
            case int number:
                writer.IntOrNull(Int32, number);
                break;
            case long number:
                writer.IntOrNull(Int64, number);
                break;
            case bool flag:
                writer.FlagOrNull(Flag, flag);
                break;
            case Guid id:
                writer.BytesOrEmpty(Id, id.ToByteArray());
                break;
            case IActorRef actor:
                writer.Text(Actor, actor.IsNobody() ? "" : Akka.Serialization.Serialization.SerializedActorPath(actor));
                break;
            default:
                WriteOther(writer, value);
                break;
        }
    }

    public static object Read(WireFields fields)
    {
        if (fields.TextOrNull(Text) is { } text)
        {
            return text;
        }

        if (fields.Int32OrNull(Int32) is { } int32)
        {
            return int32;
        }

        if (fields.Int64OrNull(Int64) is { } int64)
        {
            return int64;
        }

        if (fields.FlagOrNull(Flag) is { } flag)
        {
            return flag;
        }

        if (fields.BytesOrNull(Id) is { } id)
        {
            return id.Length == 16 ? new Guid(id.Span) : throw new SerializationException($"A Guid has {id.Length} bytes; it must have 16");
        }

        return fields.TextOrNull(Actor) is { } path
            ? path.Length == 0 ? ActorRefs.Nobody : fields.System.Provider.ResolveActorRef(path)
            : ReadOther(fields);
    }

    /// <summary>The error of a message that would take too much of the stack.</summary>
    public static SerializationException TooDeep() => new($"The message has more than {MaxDepth} messages within each other");

    private static void WriteOther(WireWriter writer, object value)
    {
        Enter();
        try
        {
            // A message of ActorTcp in another one, such as a command that failed, needs no binding.
            var serializer = value is ITcpMessage ? new ActorTcpSerializer(writer.System) : writer.System.Serialization.FindSerializerFor(value);
            writer.Int(SerializerId, serializer.Identifier);
            if (Akka.Serialization.Serialization.ManifestFor(serializer, value) is { Length: > 0 } manifest)
            {
                writer.Text(Manifest, manifest);
            }

            writer.BytesOrEmpty(Content, serializer.ToBinary(value));
        }
        finally
        {
            _depth--;
        }
    }

    private static object ReadOther(WireFields fields)
    {
        var content = fields.BytesOrNull(Content) ?? throw WireFields.Missing(Content);
        Enter();
        try
        {
            var (id, manifest) = (fields.Int32(SerializerId), fields.Text(Manifest));
            return id == ActorTcpSerializer.SerializerId ? new ActorTcpSerializer(fields.System).FromBinary(content.ToArray(), manifest)
                : fields.System.Serialization.Deserialize(content.ToArray(), id, manifest)
                ?? throw new SerializationException("An object in the message is null");
        }
        finally
        {
            _depth--;
        }
    }

    private static void Enter()
    {
        if (_depth >= MaxDepth)
        {
            throw TooDeep();
        }

        _depth++;
    }
}
