namespace ActorTcp.Tests.Sockets.Values;

/// <summary>SockAddr as an ordinary .NET value: its constructor, with expressions, and the text interfaces.</summary>
public sealed class SockAddrValueTests
{
    [Theory]
    [InlineData("1.2.3.4", 80, 0, "1.2.3.4:80")]
    [InlineData("::1", 0, 0, "[::1]:0")]
    [InlineData("fe80::1", 443, 7, "[fe80::1%7]:443")]
    [InlineData("fe80::1%7", 443, 0, "[fe80::1%7]:443")]
    public void Constructor_makes_what_Parse_reads(string addr, int port, long scope, string text)
        => Assert.Equal(SockAddr.Parse(text), new SockAddr(addr, port, scope));

    [Theory]
    [InlineData("1.2.3", 80, 0, "'1.2.3'")]
    [InlineData("localhost", 80, 0, "'localhost'")]
    [InlineData("1.2.3.4", 65536, 0, "0 to 65535")]
    [InlineData("1.2.3.4", -1, 0, "-1")]
    [InlineData("1.2.3.4", 80, 7, "7")]
    [InlineData("fe80::1", 80, -1, "0 to 4294967295")]
    public void Constructor_throws_with_the_value_and_the_rule(string addr, int port, long scope, string part)
        => Assert.Contains(part, Assert.ThrowsAny<ArgumentException>(() => new SockAddr(addr, port, scope)).Message, StringComparison.Ordinal);

    [Fact]
    public void Constructor_without_an_address_throws_ArgumentNullException()
        => Assert.Throws<ArgumentNullException>(() => new SockAddr(null!, 1));

    [Fact]
    public void With_changes_one_part()
    {
        var address = SockAddr.Parse("[fe80::1%7]:443");
        Assert.Equal("fe80::1", address.Addr);

        Assert.Equal(SockAddr.Parse("[fe80::1%7]:80"), address with { Port = 80 });
        Assert.Equal("[fe80::2%7]:443", (address with { Addr = "fe80::2" }).ToString());
        Assert.Equal(SockAddr.Parse("[fe80::1]:443"), address with { ScopeId = 0 });
        var other = address with { Addr = "1.2.3.4" };
        Assert.Equal((SockAddr.Parse("1.2.3.4:443"), Tcp.AF_INET, "1.2.3.4"), (other, other.Domain, other.Addr));
        Assert.Throws<ArgumentOutOfRangeException>(() => address with { Port = 65536 });
        Assert.Throws<ArgumentException>(() => address with { Addr = "x" });
        Assert.Equal("[fe80::1%7]:443", address.ToString());
    }

    [Theory]
    [InlineData("1.2.3.4:80")]
    [InlineData("255.255.255.255:65535")]
    [InlineData("[::1]:80")]
    [InlineData("[::ffff:1.2.3.4]:80")]
    [InlineData("[fe80::1%7]:443")]
    public void TryFormat_writes_what_ToString_returns(string text)
    {
        var address = SockAddr.Parse(text.AsSpan());
        var room = new char[text.Length];

        Assert.True(address.TryFormat(room, out var written));
        Assert.Equal((text.Length, text, text), (written, new string(room), address.ToString()));
        Assert.False(address.TryFormat(room.AsSpan(1), out written));
        Assert.Equal(0, written);
        Assert.Equal($"<{text}>", string.Create(CultureInfo.InvariantCulture, $"<{address}>"));
    }

    [Fact]
    public void Generic_code_can_parse_an_address()
    {
        Assert.Equal("1.2.3.4:80", Read<SockAddr>("1.2.3.4:80").ToString());
        Assert.Throws<FormatException>(() => Read<SockAddr>("1.2.3.4"));
        Assert.False(SockAddr.TryParse("x:1".AsSpan(), out _));

        static T Read<T>(string text)
            where T : ISpanParsable<T>
            => T.TryParse(text.AsSpan(), null, out var value) && T.Parse(text, null).Equals(value) ? value : T.Parse(text.AsSpan(), null);
    }

    [Fact]
    public void TryFormat_allocates_nothing()
    {
        var four = SockAddr.Parse("1.2.3.4:80");
        var six = SockAddr.Parse("[fe80::1%7]:443");
        var room = new char[64];
        Assert.Equal(0, Allocation.InSteadyState(() =>
        {
            Assert.True(four.TryFormat(room, out _));
            Assert.True(six.TryFormat(room, out _));
        }));
    }
}
