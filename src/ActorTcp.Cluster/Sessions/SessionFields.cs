using Google.Protobuf;

namespace ActorTcp.Cluster.Sessions;

/// <summary>
/// The fields of all messages between nodes, in the format of Protocol Buffers. A field is missing if it has its default. Unknown fields are skipped, so that
/// later versions can add some. The numbers of fields are never used for anything else.
/// </summary>
internal struct SessionFields()
{
    private const uint Varint = 0;
    private const uint LengthDelimited = 2;

    /// <summary>Field 1.</summary>
    public string Token { get; set; } = "";

    /// <summary>Field 2: the path of an actor.</summary>
    public string Actor { get; set; } = "";

    /// <summary>Field 3.</summary>
    public long Epoch { get; set; }

    /// <summary>Field 4: the number of a frame, an attempt or a part.</summary>
    public long Number { get; set; }

    /// <summary>Field 5.</summary>
    public long Received { get; set; }

    /// <summary>Field 6.</summary>
    public long Accepted { get; set; }

    /// <summary>Field 7: a reason or an outcome.</summary>
    public long Code { get; set; }

    /// <summary>Field 8: whether a session is new, or a part is the last one.</summary>
    public bool Flag { get; set; }

    /// <summary>Field 9.</summary>
    public long Term { get; set; }

    /// <summary>Field 10.</summary>
    public long Version { get; set; }

    /// <summary>Field 11.</summary>
    public long Base { get; set; }

    /// <summary>Field 12: an attempt to read.</summary>
    public long Attempt { get; set; }

    /// <summary>Field 13.</summary>
    public long First { get; set; }

    /// <summary>Field 14.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>Field 15, which is written whenever it is not null.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; set; }

    /// <summary>Field 16, repeated.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Frames { get; set; } = [];

    /// <summary>Field 17: an attempt of a client.</summary>
    public long ClientAttempt { get; set; }

    /// <summary>Field 18.</summary>
    public bool IsMoving { get; set; }

    public readonly byte[] ToArray()
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            Write(output, 1, Token);
            Write(output, 2, Actor);
            Write(output, 3, Epoch);
            Write(output, 4, Number);
            Write(output, 5, Received);
            Write(output, 6, Accepted);
            Write(output, 7, Code);
            Write(output, 8, Flag ? 1 : 0);
            Write(output, 9, Term);
            Write(output, 10, Version);
            Write(output, 11, Base);
            Write(output, 12, Attempt);
            Write(output, 13, First);
            Write(output, 14, IsRemoved ? 1 : 0);
            if (Bytes is { } bytes)
            {
                Write(output, 15, bytes);
            }

            foreach (var frame in Frames)
            {
                Write(output, 16, frame);
            }

            Write(output, 17, ClientAttempt);
            Write(output, 18, IsMoving ? 1 : 0);
        }

        return stream.ToArray();
    }

    /// <exception cref="InvalidProtocolBufferException">The bytes have another format.</exception>
    public static SessionFields Parse(byte[] bytes)
    {
        using var input = new CodedInputStream(bytes);
        var fields = new SessionFields();
        List<ReadOnlyMemory<byte>>? frames = null;
        uint tag;
        while ((tag = input.ReadTag()) != 0)
        {
            switch (tag)
            {
                case (1 << 3) | LengthDelimited:
                    fields.Token = input.ReadString();
                    break;
                case (2 << 3) | LengthDelimited:
                    fields.Actor = input.ReadString();
                    break;
                case (3 << 3) | Varint:
                    fields.Epoch = input.ReadInt64();
                    break;
                case (4 << 3) | Varint:
                    fields.Number = input.ReadInt64();
                    break;
                case (5 << 3) | Varint:
                    fields.Received = input.ReadInt64();
                    break;
                case (6 << 3) | Varint:
                    fields.Accepted = input.ReadInt64();
                    break;
                case (7 << 3) | Varint:
                    fields.Code = input.ReadInt64();
                    break;
                case (8 << 3) | Varint:
                    fields.Flag = input.ReadInt64() != 0;
                    break;
                case (9 << 3) | Varint:
                    fields.Term = input.ReadInt64();
                    break;
                case (10 << 3) | Varint:
                    fields.Version = input.ReadInt64();
                    break;
                case (11 << 3) | Varint:
                    fields.Base = input.ReadInt64();
                    break;
                case (12 << 3) | Varint:
                    fields.Attempt = input.ReadInt64();
                    break;
                case (13 << 3) | Varint:
                    fields.First = input.ReadInt64();
                    break;
                case (14 << 3) | Varint:
                    fields.IsRemoved = input.ReadInt64() != 0;
                    break;
                case (15 << 3) | LengthDelimited:
                    fields.Bytes = input.ReadBytes().Memory;
                    break;
                case (16 << 3) | LengthDelimited:
                    (frames ??= []).Add(input.ReadBytes().Memory);
                    break;
                case (17 << 3) | Varint:
                    fields.ClientAttempt = input.ReadInt64();
                    break;
                case (18 << 3) | Varint:
                    fields.IsMoving = input.ReadInt64() != 0;
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        fields.Frames = frames ?? fields.Frames;
        return fields;
    }

    private static void Write(CodedOutputStream output, uint field, string text)
    {
        if (text.Length > 0)
        {
            output.WriteTag((field << 3) | LengthDelimited);
            output.WriteString(text);
        }
    }

    private static void Write(CodedOutputStream output, uint field, long number)
    {
        if (number != 0)
        {
            output.WriteTag((field << 3) | Varint);
            output.WriteInt64(number);
        }
    }

    private static void Write(CodedOutputStream output, uint field, ReadOnlyMemory<byte> bytes)
    {
        output.WriteTag((field << 3) | LengthDelimited);
        output.WriteBytes(UnsafeByteOperations.UnsafeWrap(bytes));
    }
}
