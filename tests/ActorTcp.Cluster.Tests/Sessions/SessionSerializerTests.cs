using System.Runtime.Serialization;
using ActorTcp.Cluster.Sessions;
using Akka.TestKit.Xunit2;
using ActorTcp.Cluster.Tests.Support;

namespace ActorTcp.Cluster.Tests.Sessions;

/// <summary>The messages of sessions between nodes.</summary>
public sealed class SessionSerializerTests(ITestOutputHelper output) : TestKit("akka.loglevel = WARNING", output)
{
    private const string Token = "0123456789abcdef0123456789abcdef";

    private static readonly SessionDelta Delta = new(1, 2, 3, 4, 5, [new byte[] { 1, 2 }, Array.Empty<byte>()], new byte[] { 7 }, IsRemoved: true);

    [Fact]
    public void Each_message_is_the_same_after_its_transport()
    {
        ISessionMessage[] messages =
        [
            new Attach(Token, TestActor, 1, true, 2, 3, long.MaxValue),
            new Revive(Token),
            new ClientFrame(1, 2, new byte[] { 3 }),
            new ClientFrame(1, 2, ReadOnlyMemory<byte>.Empty),
            new ClientAck(1, 2),
            new Detach(1),
            new EndSession(1, SessionEndReason.FrameRefused),
            new Attached(1, 2),
            new Unknown(Token),
            new Replaced(Token),
            new Ended(SessionEndReason.BufferFull),
            new Accepted(1, 2, 3),
            new ServerFrame(1, 2, new byte[] { 3 }),
            new Sync(1, 2),
            new Write(Token, 1, 2, 3, 4, true, Delta),
            new Write(Token, 1, 2, 3, 4, true, Delta with { UserState = null, Frames = [] }),
            new WriteAnswer(Token, 1, 2, WriteOutcome.Superseded),
            new Read(Token, 1),
            new ReadAnswer(Token, 1, 2, 3, 4, false, Delta with { UserState = ReadOnlyMemory<byte>.Empty }),
        ];
        var serializer = new SessionSerializer((ExtendedActorSystem)Sys);

        foreach (var message in messages)
        {
            var copy = serializer.FromBinary(serializer.ToBinary(message), serializer.Manifest(message));
            Assert.Equal(Dump(message), Dump(copy));
        }

        var covered = messages.Select(message => message.GetType()).ToHashSet();
        Assert.All(typeof(ISessionMessage).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(ISessionMessage))), type => Assert.Contains(type, covered));
    }

    [Fact]
    public void Unknown_field_of_a_later_version_is_skipped()
    {
        var serializer = new SessionSerializer((ExtendedActorSystem)Sys);

        // Field 100, a varint.
        var bytes = serializer.ToBinary(new Sync(1, 2)).Concat(new byte[] { 0xa0, 0x06, 0x01 }).ToArray();

        Assert.Equal(new Sync(1, 2), serializer.FromBinary(bytes, "S"));
    }

    [Fact]
    public void Damaged_bytes_throw_only_what_drops_the_message()
    {
        var serializer = new SessionSerializer((ExtendedActorSystem)Sys);
        foreach (var manifest in (string[])["A", "R", "CF", "CA", "D", "ES", "AT", "U", "RP", "E", "AC", "SF", "S", "W", "WA", "RD", "RA"])
        {
            Assert.All(DamagedBytes.Samples(seed: 1), bytes => DamagedBytes.AssertDropped(() => serializer.FromBinary(bytes, manifest)));
        }
    }

    [Fact]
    public void Unknown_manifest_is_refused() =>
        Assert.Throws<SerializationException>(() => new SessionSerializer((ExtendedActorSystem)Sys).FromBinary([], "other"));

    private static string Dump(object value) => value switch
    {
        ReadOnlyMemory<byte> bytes => Convert.ToHexString(bytes.Span),
        IEnumerable<ReadOnlyMemory<byte>> frames => string.Join('|', frames.Select(frame => Convert.ToHexString(frame.Span))),
        ISessionMessage or SessionDelta => $"{value.GetType().Name} {string.Join(", ", value.GetType().GetProperties().Select(property => $"{property.Name}={(property.GetValue(value) is { } content ? Dump(content) : "null")}"))}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}
