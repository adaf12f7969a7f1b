using System.Buffers;
using System.Text;
using Akka.Actor;
using Google.Protobuf;

namespace ActorTcp.Cluster.Groups;

/// <summary>
/// Encodes <see cref="GroupMessage"/>s in the wire format of Protocol Buffers. The manifest is the kind of the message. Unknown fields are skipped, so a later
/// version may add fields.
/// </summary>
internal sealed class GroupSerializer(ExtendedActorSystem system) : GuardedSerializer(system)
{
    public override int Identifier => 20490;

    public override string Manifest(object o) => o switch
    {
        GroupMessage.Digest => "digest",
        GroupMessage.Delta => "delta",
        GroupMessage.StateRequest => "request",
        GroupMessage.StatePart => "state",
        GroupMessage.SendBytes => "send",
        GroupMessage.SendBatch => "batch",
        GroupMessage.TellMembers => "tell",
        GroupMessage.Join => "join",
        GroupMessage.Leave => "leave",
        GroupMessage.NameKept => "kept",
        _ => throw new ArgumentException($"{o.GetType()} is not a message of groups", nameof(o)),
    };

    protected override byte[] WriteMessage(object message)
    {
        var writer = new FieldWriter();
        switch (message)
        {
            case GroupMessage.Digest digest:
                writer.Write(1, digest.Uid).Write(2, digest.Version);
                break;
            case GroupMessage.Delta delta:
                writer.Write(1, delta.Uid).Write(2, delta.From);
                Write(writer, delta.Changes);
                break;
            case GroupMessage.StateRequest:
                break;
            case GroupMessage.StatePart part:
                writer.Write(1, part.Uid).Write(2, part.Version).Write(4, part.Index).Write(5, part.IsLast ? 1 : 0);
                Write(writer, part.Changes);
                break;
            case GroupMessage.SendBytes send:
                Write(writer, send);
                break;
            case GroupMessage.SendBatch batch:
                foreach (var send in batch.Sends)
                {
                    var fields = new FieldWriter();
                    Write(fields, send);
                    writer.Write(1, fields.ToArray());
                }

                break;
            case GroupMessage.TellMembers tell:
                var serializer = system.Serialization.FindSerializerFor(tell.Message);
                writer.Write(1, tell.Group)
                    .Write(2, serializer.ToBinary(tell.Message))
                    .Write(3, serializer.Identifier)
                    .Write(4, PathOf(tell.Except))
                    .Write(5, Akka.Serialization.Serialization.ManifestFor(serializer, tell.Message))
                    .Write(6, PathOf(tell.Sender));
                break;
            case GroupMessage.Join join:
                writer.Write(1, join.Group).Write(2, PathOf(join.Member)).Write(3, join.Name);
                break;
            case GroupMessage.Leave leave:
                writer.Write(1, leave.Group).Write(2, PathOf(leave.Member));
                break;
            case GroupMessage.NameKept kept:
                writer.Write(1, kept.Name).Write(2, PathOf(kept.Loser));
                break;
        }

        return writer.ToArray();
    }

    protected override object ReadMessage(byte[] bytes, string manifest)
    {
        var fields = new FieldReader(bytes);
        return manifest switch
        {
            "digest" => new GroupMessage.Digest((int)fields.Number(1), fields.Number(2)),
            "delta" => new GroupMessage.Delta((int)fields.Number(1), fields.Number(2), Changes(fields)),
            "request" => GroupMessage.StateRequest.Instance,
            "state" => new GroupMessage.StatePart((int)fields.Number(1), fields.Number(2), (int)fields.Number(4), fields.Number(5) != 0, Changes(fields)),
            "send" => SendOf(fields),
            "batch" => new GroupMessage.SendBatch([.. fields.All(1).Select(send => SendOf(new FieldReader(send.ToByteArray())))]),
            "tell" => new GroupMessage.TellMembers(
                fields.Text(1),
                system.Serialization.Deserialize(fields.Bytes(2).ToByteArray(), (int)fields.Number(3), fields.Text(5)),
                RefOf(fields.Text(4)),
                RefOf(fields.Text(6))),
            "join" => new GroupMessage.Join(fields.Text(1), RefOf(fields.Text(2)) ?? ActorRefs.Nobody, fields.Text(3)),
            "leave" => new GroupMessage.Leave(fields.Text(1), RefOf(fields.Text(2)) ?? ActorRefs.Nobody),
            "kept" => new GroupMessage.NameKept(fields.Text(1), RefOf(fields.Text(2)) ?? ActorRefs.Nobody),
            _ => throw new ArgumentException($"'{manifest}' is not a manifest of a message of groups", nameof(manifest)),
        };
    }

    private static void Write(FieldWriter writer, GroupMessage.SendBytes send)
    {
        writer.Write(1, send.Group).Write(2, send.Bytes.Span).Write(4, PathOf(send.Except));
        if (send.Timeout is { } timeout)
        {
            writer.Write(3, timeout.Ticks);
        }
    }

    private GroupMessage.SendBytes SendOf(FieldReader fields) => new(
        fields.Text(1),
        fields.Bytes(2).ToByteArray(),
        fields.NumberOrNull(3) is { } ticks ? TimeSpan.FromTicks(ticks) : null,
        RefOf(fields.Text(4)));

    private static void Write(FieldWriter writer, IReadOnlyList<Change> changes)
    {
        foreach (var change in changes)
        {
            writer.Write(3, new FieldWriter().Write(1, (int)change.Kind).Write(2, change.Subject).Write(3, change.Id).Write(4, change.Text).ToArray());
        }
    }

    private static List<Change> Changes(FieldReader fields)
    {
        var changes = new List<Change>();
        foreach (var bytes in fields.All(3))
        {
            var change = new FieldReader(bytes.ToByteArray());
            changes.Add(new Change((ChangeKind)change.Number(1), change.Text(2), change.Number(3), change.Text(4)));
        }

        return changes;
    }

    private static string PathOf(IActorRef? actor) => actor is null ? "" : Akka.Serialization.Serialization.SerializedActorPath(actor);

    private IActorRef? RefOf(string path) => path.Length == 0 ? null : system.Provider.ResolveActorRef(path);
}

/// <summary>Writes fields in the wire format of Protocol Buffers. Empty texts are not written.</summary>
internal sealed class FieldWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public FieldWriter Write(int field, long number)
    {
        WriteTag(field, WireFormat.WireType.Varint);
        WriteVarint((ulong)number);
        return this;
    }

    public FieldWriter Write(int field, string text) => text.Length == 0 ? this : Write(field, Encoding.UTF8.GetBytes(text));

    public FieldWriter Write(int field, ReadOnlySpan<byte> bytes)
    {
        WriteTag(field, WireFormat.WireType.LengthDelimited);
        WriteVarint((uint)bytes.Length);
        _bytes.Write(bytes);
        return this;
    }

    public FieldWriter Write(int field, byte[] bytes) => Write(field, (ReadOnlySpan<byte>)bytes);

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    private void WriteTag(int field, WireFormat.WireType type) => WriteVarint(WireFormat.MakeTag(field, type));

    private void WriteVarint(ulong value)
    {
        var span = _bytes.GetSpan(10);
        var length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        _bytes.Advance(length);
    }
}

/// <summary>The fields of a message in the wire format of Protocol Buffers. A missing field is 0 or empty; of a repeated one the last counts.</summary>
internal sealed class FieldReader
{
    private readonly List<(int Field, long Number, ByteString? Bytes)> _fields = [];

    public FieldReader(byte[] bytes)
    {
        using var input = new CodedInputStream(bytes);
        while (input.ReadTag() is var tag and not 0)
        {
            var field = WireFormat.GetTagFieldNumber(tag);
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.Varint:
                    _fields.Add((field, input.ReadInt64(), null));
                    break;
                case WireFormat.WireType.LengthDelimited:
                    _fields.Add((field, 0, input.ReadBytes()));
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }
    }

    public long Number(int field) => NumberOrNull(field) ?? 0;

    public long? NumberOrNull(int field)
    {
        var at = _fields.FindLastIndex(entry => entry.Field == field && entry.Bytes is null);
        return at < 0 ? null : _fields[at].Number;
    }

    public ByteString Bytes(int field)
    {
        var at = _fields.FindLastIndex(entry => entry.Field == field && entry.Bytes is not null);
        return at < 0 ? ByteString.Empty : _fields[at].Bytes!;
    }

    public string Text(int field) => Bytes(field).ToStringUtf8();

    public IEnumerable<ByteString> All(int field) => _fields.Where(entry => entry.Field == field && entry.Bytes is not null).Select(entry => entry.Bytes!);
}
