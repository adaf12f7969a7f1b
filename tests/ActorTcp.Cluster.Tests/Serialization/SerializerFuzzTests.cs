using System.Runtime.Serialization;
using ActorTcp.Cluster.Serialization;

namespace ActorTcp.Cluster.Tests.Serialization;

/// <summary>Bytes of an attacker or of a broken node: they are refused, and cost no more memory than their own size times a constant.</summary>
public sealed class SerializerFuzzTests(ITestOutputHelper output) : IDisposable
{
    private const int Rounds = 200;

    private readonly ActorSystem _system = ActorSystem.Create("fuzz", ActorTcpSerializationExtensions.Config);

    private ActorTcpSerializer Serializer => new((ExtendedActorSystem)_system);

    public void Dispose() => _system.Terminate().Wait(TimeSpan.FromSeconds(10));

    [Fact]
    public void Random_bytes_are_read_or_refused()
    {
        var random = Seeded();
        var bytes = new byte[256];
        foreach (var codec in Codecs.All)
        {
            for (var round = 0; round < Rounds; round++)
            {
                random.NextBytes(bytes);
                Read(bytes[..random.Next(bytes.Length)], codec.Manifest);
            }
        }
    }

    [Fact]
    public void Damaged_messages_are_read_or_refused()
    {
        var random = Seeded();
        var actor = _system.ActorOf(Props.Create<MessageSamples.SampleActor>());
        foreach (var sample in MessageSamples.Of(actor))
        {
            var whole = Serializer.ToBinary(sample);
            for (var round = 0; round < Rounds && whole.Length > 0; round++)
            {
                byte[] damaged = [.. whole.AsSpan(0, random.Next(whole.Length + 1))];
                for (var flips = random.Next(4); flips > 0 && damaged.Length > 0; flips--)
                {
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                }

                Read(damaged, Serializer.Manifest(sample));
            }
        }
    }

    [Fact]
    public void A_length_beyond_the_message_takes_no_memory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1000; round++)
        {
            Assert.Throws<SerializationException>(() => Serializer.FromBinary([10, 0xff, 0xff, 0xff, 0xff, 0x07], "S"));
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000_000);
    }

    [Fact]
    public void Messages_within_each_other_do_not_overflow_the_stack()
    {
        byte[] framing = [8, 12];
        for (var depth = 0; depth < 10_000; depth++)
        {
            var writer = new WireWriter((ExtendedActorSystem)_system, framing.Length + 16);
            writer.Int(1, 6);
            writer.BytesOrEmpty(9, framing);
            framing = writer.ToArray();
        }

        var outer = new WireWriter((ExtendedActorSystem)_system);
        outer.BytesOrEmpty(1, framing);
        Assert.Contains("within each other", Assert.Throws<SerializationException>(() => Serializer.FromBinary(outer.ToArray(), "cFra")).Message, StringComparison.Ordinal);
    }

    private void Read(byte[] bytes, string manifest)
    {
        try
        {
            _ = Serializer.FromBinary(bytes, manifest);
        }
        catch (Exception refused) when (refused is SerializationException or ArgumentException)
        {
            // It was refused. Any other exception fails the test.
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{manifest} {Convert.ToHexString(bytes)}", failure);
        }
    }

    private Random Seeded()
    {
        var seed = Environment.GetEnvironmentVariable("ACTORTCP_TEST_SEED") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"ACTORTCP_TEST_SEED={seed}");
        return new Random(seed);
    }
}
