using ActorTcp.Tests.Transport.Proxy;
using ActorTcp.Tests.Transport.Tls;
using ActorTcp.Transport.Proxy;

namespace ActorTcp.Tests.Listeners;

/// <summary>
/// PROXY headers in random segments, whole and changed, to a listener. What the listener must do follows from the reader of headers.
/// ACTORTCP_FUZZ_SEED="N" runs only that header; ACTORTCP_FUZZ_COUNT="N" runs N of them.
/// </summary>
public sealed class ProxyFuzzTests(ITestOutputHelper output) : ConnectionTestKit(output, "akka.loglevel = INFO", stillClock: false)
{
    private const int Headers = 300;
    private const string Tail = "the bytes after the header";

    [Theory]
    [MemberData(nameof(ProxyHeaderTests.Samples), MemberType = typeof(ProxyHeaderTests))]
    public async Task Header_that_is_split_at_any_byte_is_received_whole(int sample)
    {
        var ends = CreateTestProbe();
        Sys.EventStream.Subscribe(ends.Ref, typeof(ListenerProtocol.ConnectionClosed));
        var address = Bind(ProxyProtocolMode.Required);
        var header = ProxyHeaderTests.Sample(sample);
        byte[] bytes = [.. ProxyHeaderWriter.Write(header), .. Encoding.ASCII.GetBytes(Tail)];
        for (var split = 1; split < bytes.Length; split++)
        {
            using var client = await EchoClient.ConnectAsync(address, LimitToken());
            await SendAsync(client, bytes.AsMemory(0, split));
            await SendAsync(client, bytes.AsMemory(split));
            client.Shutdown(SocketShutdown.Send);

            Assert.Equal(Tail, Encoding.ASCII.GetString(await ReadToEndAsync(client)));
            var expected = header.Source ?? (IPEndPoint)client.LocalEndPoint!;
            Assert.Equal(expected, ends.ExpectMsg<ListenerProtocol.ConnectionClosed>(Limit).RemoteAddress);
        }
    }

    [Theory]
    [InlineData(ProxyProtocolMode.Required)]
    [InlineData(ProxyProtocolMode.Optional)]
    public async Task Changed_header_is_read_or_ends_its_connection(ProxyProtocolMode mode)
    {
        var errors = CreateTestProbe();
        Sys.EventStream.Subscribe(errors.Ref, typeof(Akka.Event.Error));
        var address = Bind(mode);
        var one = TestSettings.Number("ACTORTCP_FUZZ_SEED");
        var first = one ?? Random.Shared.Next(int.MaxValue / 2);
        var count = one is null ? TestSettings.Number("ACTORTCP_FUZZ_COUNT") ?? Headers : 1;
        Output.WriteLine($"ACTORTCP_FUZZ_SEED from {first} to {first + count - 1}");
        for (var seed = first; seed < first + count; seed++)
        {
            var random = new Random(seed);
            var bytes = Change(random, [.. ProxyHeaderWriter.Write(ProxyHeaderTests.Sample(random.Next(6))), .. Encoding.ASCII.GetBytes(Tail)]);
            var expected = Expected(bytes, mode);
            var received = await TalkAsync(address, random, bytes);

            Assert.True(expected.AsSpan().SequenceEqual(received), $"seed {seed}: {received.Length} bytes, not {expected.Length}");
            Assert.False(errors.HasMessages, $"seed {seed}: an error is logged");
        }
    }

    private static byte[] Change(Random random, byte[] bytes)
    {
        for (var left = random.Next(4); left > 0; left--)
        {
            bytes = new StreamMutation(random, (MutationKind)random.Next(Enum.GetValues<MutationKind>().Length), random.Next(bytes.Length + 1)).Apply(bytes);
            if (bytes.Length == 0)
            {
                break;
            }
        }

        return bytes;
    }

    /// <summary>The bytes that the handler receives and echoes; none if the connection fails.</summary>
    private static byte[] Expected(byte[] bytes, ProxyProtocolMode mode) => ProxyHeaderReader.TryRead(bytes, out _, out var length, out _) switch
    {
        ProxyReadResult.Complete => bytes[length..],
        ProxyReadResult.Absent when mode == ProxyProtocolMode.Optional => bytes,
        ProxyReadResult.Incomplete when mode == ProxyProtocolMode.Optional && ProxyHeaderReader.IsUndecided(bytes) => bytes,
        _ => [],
    };

    private static async Task<byte[]> TalkAsync(IPEndPoint address, Random random, byte[] bytes)
    {
        using var client = await EchoClient.ConnectAsync(address, LimitToken());
        try
        {
            await MutatingStream.SendInPartsAsync(client, random, bytes, LimitToken());
            client.Shutdown(SocketShutdown.Send);
            return await ReadToEndAsync(client);
        }
        catch (SocketException)
        {
            // A connection that fails is reset.
            return [];
        }
    }

    /// <summary>One handshake at a time: a connection whose header has not ended would delay the next one.</summary>
    private IPEndPoint Bind(ProxyProtocolMode mode)
    {
        var bind = new ListenerProtocol.Bind(AnyPort, Props.Create<EchoHandler>())
        {
            ProxyProtocol = new ProxyProtocolOptions { Mode = mode, TrustedNetworks = NetworkList.Parse("127.0.0.0/8"), HeaderTimeout = Limit },
            Settings = new ListenerSettings { MaxHandshakes = 1 },
        };
        Sys.ActorTcp().Manager.Tell(bind, TestActor);
        return FishForMessage<ListenerProtocol.Bound>(_ => true, Limit).LocalAddress.ToIPEndPoint();
    }
}
