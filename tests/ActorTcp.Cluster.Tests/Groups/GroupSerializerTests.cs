using System.Runtime.Serialization;
using ActorTcp.Cluster.Groups;
using ActorTcp.Cluster.Tests.Support;

namespace ActorTcp.Cluster.Tests.Groups;

/// <summary>Each message between group actors is the same after its encoding.</summary>
public sealed class GroupSerializerTests : IDisposable
{
    private static readonly Change[] Changes =
    [
        new(ChangeKind.Joined, "room", 1, "anna"),
        new(ChangeKind.Left, "räum", long.MaxValue, ""),
        new(ChangeKind.Stopped, "room", 2, ""),
        new(ChangeKind.Registered, "user:anna", 3, "akka.tcp://groups@host:1/user/x#7"),
        new(ChangeKind.Unregistered, "user:anna", 3, ""),
    ];

    private readonly ActorSystem _system = ActorSystem.Create("groups");
    private readonly GroupSerializer _serializer;

    public GroupSerializerTests() => _serializer = new GroupSerializer((ExtendedActorSystem)_system);

    public void Dispose() => _system.Dispose();

    [Fact]
    public void Serializer_has_its_number()
    {
        Assert.Equal(20490, _serializer.Identifier);
    }

    [Fact]
    public void Message_is_the_same_after_its_encoding()
    {
        var actor = _system.ActorOf(Props.Empty);
        Assert.Equivalent(new GroupMessage.Digest(-7, 12), Copy(new GroupMessage.Digest(-7, 12)));
        Assert.Equivalent(GroupMessage.StateRequest.Instance, Copy(GroupMessage.StateRequest.Instance));
        var delta = Copy(new GroupMessage.Delta(-7, 12, Changes));
        Assert.Equal((-7, 12L), (delta.Uid, delta.From));
        Assert.Equal(Changes, delta.Changes);
        var part = Copy(new GroupMessage.StatePart(7, 12, 3, true, Changes));
        Assert.Equal((7, 12L, 3, true), (part.Uid, part.Version, part.Index, part.IsLast));
        Assert.Equal(Changes, part.Changes);
        Assert.Equal(new GroupMessage.TellMembers("room", "hello", actor, null), Copy(new GroupMessage.TellMembers("room", "hello", actor, null)));
        Assert.Equal(new GroupMessage.Join("room", actor, "anna"), Copy(new GroupMessage.Join("room", actor, "anna")));
        Assert.Equal(new GroupMessage.Leave("room", actor), Copy(new GroupMessage.Leave("room", actor)));
        Assert.Equal(new GroupMessage.NameKept("user:anna", actor), Copy(new GroupMessage.NameKept("user:anna", actor)));
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData(0, "hello")]
    [InlineData(1500, "hello")]
    public void Bytes_and_time_out_of_a_Send_are_kept(int? timeout, string text)
    {
        var time = timeout is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : (TimeSpan?)null;
        var copy = Copy(new GroupMessage.SendBytes("room", Encoding.UTF8.GetBytes(text), time, null));

        Assert.Equal(("room", time, null), (copy.Group, copy.Timeout, copy.Except));
        Assert.Equal(text, Encoding.UTF8.GetString(copy.Bytes.Span));
        var batch = Copy(new GroupMessage.SendBatch([copy, copy]));
        Assert.Equal(2, batch.Sends.Count);
        Assert.All(batch.Sends, send => Assert.Equal(("room", time, text), (send.Group, send.Timeout, Encoding.UTF8.GetString(send.Bytes.Span))));
    }

    [Fact]
    public void Field_that_a_later_version_has_added_is_skipped()
    {
        var bytes = new FieldWriter().Write(1, 7).Write(99, "later").Write(98, 4711).Write(2, 12).ToArray();

        Assert.Equal(new GroupMessage.Digest(7, 12), _serializer.FromBinary(bytes, "digest"));
    }

    /// <summary>Any other exception would end the association with the node.</summary>
    [Fact]
    public void Message_of_a_user_that_cannot_be_written_fails_alone()
    {
        var tell = new GroupMessage.TellMembers("room", new Unwritable("planted"), null, null);

        Assert.Contains("planted", Assert.Throws<SerializationException>(() => _serializer.ToBinary(tell)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_bytes_throw_only_what_drops_the_message()
    {
        foreach (var manifest in (string[])["digest", "delta", "request", "state", "send", "batch", "tell", "join", "leave", "kept"])
        {
            Assert.All(DamagedBytes.Samples(seed: 1), bytes => DamagedBytes.AssertDropped(() => _serializer.FromBinary(bytes, manifest)));
        }
    }

    [Fact]
    public void Message_or_manifest_that_is_unknown_throws()
    {
        Assert.Throws<ArgumentException>(() => _serializer.FromBinary([], "other"));
        Assert.Throws<ArgumentException>(() => _serializer.Manifest("other"));
    }

    private T Copy<T>(T message)
        where T : GroupMessage => Assert.IsType<T>(_serializer.FromBinary(_serializer.ToBinary(message), _serializer.Manifest(message)));

    private sealed class Unwritable(string failure)
    {
        public string Text => throw new InvalidOperationException(failure);
    }
}
