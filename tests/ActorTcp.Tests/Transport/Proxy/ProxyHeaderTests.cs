using ActorTcp.Transport.Proxy;

namespace ActorTcp.Tests.Transport.Proxy;

/// <summary>Headers of the PROXY protocol: the examples of its specification, round trips, and bytes that are no headers.</summary>
public sealed class ProxyHeaderTests
{
    private static readonly byte[] Signature = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n", "192.0.2.1:56324", "198.51.100.2:443")]
    [InlineData("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255:65535", "255.255.255.255:65535")]
    [InlineData("PROXY TCP6 2001:db8::1 ::1 1 0\r\n", "[2001:db8::1]:1", "[::1]:0")]
    [InlineData("PROXY TCP6 ::ffff:1.2.3.4 ::1 1 2\r\n", "1.2.3.4:1", "[::1]:2")]
    [InlineData("PROXY UNKNOWN\r\n", null, null)]
    [InlineData("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n", null, null)]
    public void Line_of_version_1_is_read(string line, string? source, string? destination)
    {
        var header = Read(line, out var length);

        Assert.Equal((1, source, destination, line.Length), (header.Version, header.Source?.ToString(), header.Destination?.ToString(), length));
    }

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 56324\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1  198.51.100.2 56324 443\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 56324 65536\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 056 443\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 -1 443\r\n")]
    [InlineData("PROXY TCP4 ::1 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP6 fe80::1%lo ::1 1 2\r\n")]
    [InlineData("PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY tcp4 1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY \r\n")]
    public void Line_that_breaks_a_rule_is_invalid(string line) =>
        Assert.Equal(ProxyReadResult.Invalid, ProxyHeaderReader.TryRead(Encoding.ASCII.GetBytes(line), out _, out _, out _));

    [Fact]
    public void Line_without_an_end_is_invalid_after_107_bytes()
    {
        var line = Encoding.ASCII.GetBytes($"PROXY UNKNOWN {new string('x', 200)}");

        Assert.Equal(ProxyReadResult.Incomplete, ProxyHeaderReader.TryRead(line.AsSpan(0, 106), out _, out _, out _));
        Assert.Equal(ProxyReadResult.Invalid, ProxyHeaderReader.TryRead(line.AsSpan(0, 107), out _, out _, out var fault));
        Assert.Contains("107", fault, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Header_that_was_written_is_read_again_in_all_splits(int sample)
    {
        var header = Sample(sample);
        byte[] bytes = [.. ProxyHeaderWriter.Write(header), 1, 2, 3];
        var end = bytes.Length - 3;

        for (var length = 0; length < end; length++)
        {
            Assert.Equal(ProxyReadResult.Incomplete, ProxyHeaderReader.TryRead(bytes.AsSpan(0, length), out _, out _, out _));
        }

        Assert.Equal(ProxyReadResult.Complete, ProxyHeaderReader.TryRead(bytes, out var read, out var readLength, out _));
        Assert.Equal(end, readLength);
        AssertSame(header, read!);
        Assert.Null(ProxyHeaderWriter.BrokenRule(header));
    }

    [Fact]
    public void Header_of_version_2_has_the_bytes_of_the_specification()
    {
        var header = new ProxyHeader { Source = SockAddr.Parse("1.2.3.4:258"), Destination = SockAddr.Parse("5.6.7.8:443") };

        Assert.Equal([.. Signature, 0x21, 0x11, 0, 12, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 1, 187], ProxyHeaderWriter.Write(header));
    }

    [Fact]
    public void LOCAL_and_UNSPEC_have_no_addresses_and_their_rest_is_ignored()
    {
        byte[] local = [.. Signature, 0x20, 0x11, 0, 2, 9, 9];
        byte[] unspecified = [.. Signature, 0x21, 0x00, 0, 1, 9];

        Assert.Equal((ProxyReadResult.Complete, 18), (ProxyHeaderReader.TryRead(local, out var header, out var length, out _), length));
        Assert.Null(header!.Source);
        Assert.Equal((ProxyReadResult.Complete, 17), (ProxyHeaderReader.TryRead(unspecified, out header, out length, out _), length));
        Assert.Null(header!.Source);
    }

    [Theory]
    [InlineData(0x11, 0x11, 12, "version")]
    [InlineData(0x22, 0x11, 12, "version")]
    [InlineData(0x21, 0x41, 12, "family")]
    [InlineData(0x21, 0x13, 12, "family")]
    [InlineData(0x21, 0x11, 11, "addresses have 12")]
    [InlineData(0x21, 0x21, 12, "addresses have 36")]
    [InlineData(0x21, 0x31, 215, "addresses have 216")]
    [InlineData(0x21, 0x11, 14, "longer than the header")]
    [InlineData(0x21, 0x11, 65535, "at most")]
    public void Header_of_version_2_that_breaks_a_rule_is_invalid(int command, int family, int length, string rule)
    {
        byte[] bytes = [.. Signature, (byte)command, (byte)family, (byte)(length >> 8), (byte)length, .. new byte[Math.Min(length, 300)]];

        Assert.Equal(ProxyReadResult.Invalid, ProxyHeaderReader.TryRead(bytes, out _, out _, out var fault));
        Assert.Contains(rule, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_changed_bit_of_a_header_with_a_checksum_is_found()
    {
        var bytes = ProxyHeaderWriter.Write(Sample(2) with { HasChecksum = true });
        for (var bit = 8 * ProxyHeaderReader.FixedLength; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var result = ProxyHeaderReader.TryRead(bytes, out var header, out _, out _);
            Assert.True(result == ProxyReadResult.Invalid || !header!.HasChecksum, $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("PROXX")]
    [InlineData("proxy TCP4")]
    [InlineData("\r\n\r\n\0\r\nQUIX")]
    public void Other_bytes_are_no_header(string text) =>
        Assert.Equal(ProxyReadResult.Absent, ProxyHeaderReader.TryRead(Encoding.Latin1.GetBytes(text), out _, out _, out _));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_and_mutated_bytes_never_throw_and_never_pass_the_bound(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 30_000; i++)
        {
            var bytes = ProxyHeaderWriter.Write(Sample(random.Next(Samples().Count())));
            if (random.Next(4) == 0)
            {
                bytes = new byte[random.Next(300)];
                random.NextBytes(bytes);
                Signature.AsSpan(0, Math.Min(bytes.Length, random.Next(13))).CopyTo(bytes);
            }

            for (var changes = random.Next(5); changes > 0 && bytes.Length > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var part = bytes.AsSpan(0, random.Next(bytes.Length + 1));
            var result = ProxyHeaderReader.TryRead(part, out var header, out var length, out _);
            Assert.Equal(result == ProxyReadResult.Complete, header is not null);
            Assert.True(result != ProxyReadResult.Complete || (length <= part.Length && length <= ProxyHeaderReader.MaxLength), $"seed {seed}, case {i}");
            Assert.True(result != ProxyReadResult.Incomplete || part.Length < ProxyHeaderReader.MaxLength, $"seed {seed}, case {i}");
        }
    }

    [Fact]
    public void Header_to_send_is_checked()
    {
        var source = SockAddr.Parse("1.2.3.4:1");

        Assert.Contains("only one address", ProxyHeaderWriter.BrokenRule(new ProxyHeader { Source = source }), StringComparison.Ordinal);
        Assert.Contains("same family", ProxyHeaderWriter.BrokenRule(new ProxyHeader { Source = source, Destination = SockAddr.Parse("[::1]:1") }), StringComparison.Ordinal);
        Assert.Contains("129 bytes", ProxyHeaderWriter.BrokenRule(new ProxyHeader { UniqueId = new byte[129] }), StringComparison.Ordinal);
        Assert.Contains("at most 16384", ProxyHeaderWriter.BrokenRule(Sample(0) with { Version = 2, Others = [new ProxyTlv(0xe0, new byte[20_000])] }), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProxyHeader { Version = 3 });
    }

    public static IEnumerable<object[]> Samples() => Enumerable.Range(0, 6).Select(sample => new object[] { sample });

    internal static ProxyHeader Sample(int sample) => sample switch
    {
        0 => new ProxyHeader { Version = 1, Source = SockAddr.Parse("192.0.2.1:56324"), Destination = SockAddr.Parse("198.51.100.2:443") },
        1 => new ProxyHeader(),
        2 => new ProxyHeader
        {
            Source = SockAddr.Parse("[2001:db8::1]:56324"),
            Destination = SockAddr.Parse("[2001:db8::2]:443"),
            ApplicationProtocol = "h2",
            Authority = "example.org",
            UniqueId = new byte[] { 1, 2, 3 },
            NetworkNamespace = "blue",
            HasChecksum = true,
            Tls = new ProxyTls
            {
                IsSecured = true,
                SentCertificate = true,
                HasCertificate = true,
                IsVerified = true,
                Version = "TLSv1.3",
                CommonName = "client",
                Cipher = "TLS_AES_256_GCM_SHA384",
                SignatureAlgorithm = "SHA256",
                KeyAlgorithm = "RSA2048",
            },
            Others = [new ProxyTlv(0xe3, new byte[] { 7, 8 }), new ProxyTlv(0xea, Array.Empty<byte>())],
        },
        3 => new ProxyHeader { Source = SockAddr.Unix("/run/client"), Destination = SockAddr.Unix("@proxy") },
        4 => new ProxyHeader { Source = SockAddr.Parse("unix:"), Destination = SockAddr.Unix($"/{new string('x', 106)}") },
        _ => new ProxyHeader { Version = 1 },
    };

    private static ProxyHeader Read(string line, out int length)
    {
        Assert.Equal(ProxyReadResult.Complete, ProxyHeaderReader.TryRead(Encoding.ASCII.GetBytes(line), out var header, out length, out _));
        return header!;
    }

    private static void AssertSame(ProxyHeader expected, ProxyHeader actual)
    {
        Assert.Equal(expected.UniqueId.ToArray(), actual.UniqueId.ToArray());
        Assert.Equal(expected.Others.Select(other => (other.Type, Convert.ToHexString(other.Value.Span))), actual.Others.Select(other => (other.Type, Convert.ToHexString(other.Value.Span))));
        Assert.Equal(expected with { UniqueId = default, Others = [] }, actual with { UniqueId = default, Others = [] });
    }
}
