using FsCheck;
using FsCheck.Fluent;

namespace ActorTcp.Tests.Sockets.Fuzzing;

public sealed class SendRecvPropertyTests(ITestOutputHelper output)
{
    private const int LongestPiece = 100_000;

    [Fact]
    public void Any_split_of_any_bytes_over_any_buffers_arrives_whole_and_in_order()
        => Properties.Check(output, Arb.From(Traffics, Shorter), Transfer, 60);

    private static Gen<Traffic> Traffics
        => from seed in Gen.Choose(0, int.MaxValue)
           from sends in Pieces(0)
           from receives in Pieces(1)
           from sendBuffer in Gen.Elements(0, 4096, 65536)
           select new Traffic(seed, sends, receives, sendBuffer);

    /// <summary>Sizes of all magnitudes.</summary>
    private static Gen<int[]> Pieces(int least)
        => (from bits in Gen.Choose(0, 17)
            from size in Gen.Choose(0, 1 << bits)
            select Math.Clamp(size, least, LongestPiece)).NonEmptyListOf().Select(pieces => pieces.ToArray());

    private static IEnumerable<Traffic> Shorter(Traffic traffic)
    {
        for (var i = 0; i < traffic.Sends.Length && traffic.Sends.Length > 1; i++)
        {
            yield return traffic with { Sends = [.. traffic.Sends[..i], .. traffic.Sends[(i + 1)..]] };
        }

        if (traffic.Receives.Length > 1)
        {
            yield return traffic with { Receives = traffic.Receives[1..] };
        }
    }

    private static void Transfer(Traffic traffic)
    {
        using var pair = new TcpPair();
        if (traffic.SendBuffer > 0)
        {
            Assert.True(pair.Client.SetSendBufferSize(traffic.SendBuffer));
        }

        var bytes = new byte[traffic.Sends.Sum()];
        new Random(traffic.Seed).NextBytes(bytes);
        var sending = new ThreadCall<bool>(() => SendAll(pair.Client, bytes, traffic));
        var received = new byte[bytes.Length];
        var buffer = new byte[traffic.Receives.Max()];
        var total = 0;
        for (var i = 0; ; i++)
        {
            var length = traffic.Receives[i % traffic.Receives.Length];
            var count = (i % 3) switch
            {
                0 => pair.Accepted.Recv(buffer.AsSpan(0, length), TcpPair.Limit),
                1 => pair.Accepted.Recv(buffer, 0, length),
                _ => pair.Accepted.RecvFrom(out _, buffer, 0, length, TcpPair.Limit),
            };
            if (count == Tcp.EndOfStream)
            {
                break;
            }

            Assert.InRange(count, 1, length);
            buffer.AsSpan(0, count).CopyTo(received.AsSpan(total));
            total += count;
        }

        Assert.True(sending.Value);
        Assert.True(pair.Accepted.IsEof());
        Assert.Equal(bytes.Length, total);
        Assert.True(bytes.AsSpan().SequenceEqual(received));
    }

    private static bool SendAll(Tcp tcp, byte[] bytes, Traffic traffic)
    {
        var random = new Random(traffic.Seed);
        var at = 0;
        for (var i = 0; i < traffic.Sends.Length;)
        {
            var length = traffic.Sends[i];
            switch (random.Next(4))
            {
                case 0:
                    Assert.Equal(length, tcp.Send(bytes.AsSpan(at, length)));
                    break;
                case 1:
                    Assert.Equal(length, tcp.Send(bytes, at, length));
                    break;
                case 2:
                    // With as many calls as necessary.
                    for (var sent = 0; sent < length;)
                    {
                        var count = tcp.Send(bytes.AsMemory(at + sent, length - sent), TimeSpan.FromMilliseconds(5));
                        Assert.True(count > 0 || Tcp.LastErrno == Errno.EAGAIN, $"{Tcp.LastErrno}");
                        sent += Math.Max(0, count);
                    }

                    break;
                default:
                    // All remaining bytes, as one list.
                    var list = new List<ReadOnlyMemory<byte>>();
                    for (var from = at; i < traffic.Sends.Length; i++)
                    {
                        list.Add(bytes.AsMemory(from, traffic.Sends[i]));
                        from += traffic.Sends[i];
                    }

                    length = list.Sum(piece => piece.Length);
                    Assert.Equal(length, tcp.Send(list));
                    break;
            }

            at += length;
            i++;
        }

        return tcp.Shutdown("w");
    }

    private sealed record Traffic(int Seed, int[] Sends, int[] Receives, int SendBuffer)
    {
        public override string ToString() => $"seed {Seed}, sends [{string.Join(' ', Sends)}], receives [{string.Join(' ', Receives)}], send buffer {SendBuffer}";
    }
}
