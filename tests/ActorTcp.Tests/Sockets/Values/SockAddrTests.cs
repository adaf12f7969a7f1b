namespace ActorTcp.Tests.Sockets.Values;

public sealed class SockAddrTests
{
    [Theory]
    [InlineData("1.2.3.4:80", Tcp.AF_INET, "1.2.3.4", 80, 0)]
    [InlineData("0.0.0.0:0", Tcp.AF_INET, "0.0.0.0", 0, 0)]
    [InlineData("255.255.255.255:65535", Tcp.AF_INET, "255.255.255.255", 65535, 0)]
    [InlineData("[::1]:80", Tcp.AF_INET6, "::1", 80, 0)]
    [InlineData("[::]:0", Tcp.AF_INET6, "::", 0, 0)]
    [InlineData("[fe80::1%7]:443", Tcp.AF_INET6, "fe80::1", 443, 7)]
    [InlineData("[2001:db8::ff00:42:8329]:65535", Tcp.AF_INET6, "2001:db8::ff00:42:8329", 65535, 0)]
    public void Text_is_read_and_written_back_in_the_same_form(string text, int domain, string addr, int port, long scope)
    {
        var address = SockAddr.Parse(text);

        Assert.Equal((domain, addr, port, scope), (address.Domain, address.Addr, address.Port, address.ScopeId));
        Assert.Equal(text, address.ToString());
        Assert.True(SockAddr.TryParse(text, out var again));
        Assert.Equal(address, again);
    }

    [Theory]
    [InlineData("[::ffff:1.2.3.4]:80", "1.2.3.4:80")]
    [InlineData("[::ffff:0.0.0.0]:0", "0.0.0.0:0")]
    public void Mapped_address_is_unmapped_to_the_IPv4_address(string text, string unmapped)
    {
        var address = SockAddr.Parse(text);

        Assert.True(address.IsIPv4Mapped);
        Assert.Equal(SockAddr.Parse(unmapped), address.Unmap());
        Assert.False(address.Unmap().IsIPv4Mapped);
        Assert.NotEqual(address, address.Unmap());
    }

    [Theory]
    [InlineData("1.2.3.4:80")]
    [InlineData("0.0.255.255:80")]
    [InlineData("[::1]:80")]
    [InlineData("[::1.2.3.4]:80")]
    [InlineData("[::fffe:1.2.3.4]:80")]
    [InlineData("[1::ffff:1.2.3.4]:80")]
    [InlineData("[::1:ffff:1.2.3.4]:80")]
    public void Any_other_address_is_not_mapped(string text)
    {
        var address = SockAddr.Parse(text);

        Assert.False(address.IsIPv4Mapped);
        Assert.Same(address, address.Unmap());
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("1.2.3.4")]
    [InlineData("1.2.3.4:")]
    [InlineData(":80")]
    [InlineData("1.2.3:80")]
    [InlineData("1.2.3.4.5:80")]
    [InlineData("1.2.3.256:80")]
    [InlineData("01.2.3.4:80")]
    [InlineData("0x7f.0.0.1:80")]
    [InlineData("1.2.3.4:65536")]
    [InlineData("1.2.3.4:-1")]
    [InlineData("1.2.3.4: 80")]
    [InlineData(" 1.2.3.4:80")]
    [InlineData("::1:80")]
    [InlineData("[1.2.3.4]:80")]
    [InlineData("[::1]")]
    [InlineData("[::1")]
    [InlineData("[::1]80")]
    [InlineData("[[::1]]:80")]
    [InlineData("[::1/64]:80")]
    [InlineData("[fe80::1%]:80")]
    [InlineData("[fe80::1%no-such-device]:80")]
    [InlineData("localhost:80")]
    public void Text_that_is_not_an_address_is_refused(string text)
    {
        Assert.False(SockAddr.TryParse(text, out var address));
        Assert.Null(address);
        Assert.Throws<FormatException>(() => SockAddr.Parse(text));
    }

    [Theory]
    [InlineData("127.0.0.1", Tcp.AF_INET)]
    [InlineData("::1", Tcp.AF_INET6)]
    public void Domain_is_that_of_the_address(string addr, int domain)
    {
        Assert.Equal(domain, Tcp.SockAddr(addr, 1)!.Domain);
        Assert.Equal(domain, Tcp.SockAddr(addr, 1, domain)!.Domain);
    }

    [Fact]
    public void A_domain_that_contradicts_the_address_is_EINVAL()
    {
        Answers.Fails(Errno.EINVAL, Tcp.SockAddr("127.0.0.1", 1, Tcp.AF_INET6));
        Answers.Fails(Errno.EINVAL, Tcp.SockAddr("::1", 1, Tcp.AF_INET));
        Answers.Fails(Errno.EINVAL, Tcp.SockAddr("::1", 1, 1));
    }

    [Theory]
    [InlineData("nonsense", 1)]
    [InlineData("", 1)]
    [InlineData("127.0.0.1", -1)]
    [InlineData("127.0.0.1", 65536)]
    public void A_malformed_address_or_a_port_out_of_range_is_EINVAL(string addr, int port)
        => Answers.Fails(Errno.EINVAL, Tcp.SockAddr(addr, port));

    [Fact]
    public void Null_address_throws()
    {
        Assert.Throws<ArgumentNullException>(() => Tcp.SockAddr(null!, 1));
        Assert.Throws<ArgumentNullException>(() => SockAddr.Parse(null!));
        Assert.False(SockAddr.TryParse(null, out _));
    }

    [Fact]
    public void Addresses_are_compared_by_value()
    {
        var one = SockAddr.Parse("1.2.3.4:80");
        var same = Tcp.SockAddr("1.2.3.4", 80)!;

        Assert.True(one == same && one.Equals((object)same) && one.GetHashCode() == same.GetHashCode());
        Assert.True(one != SockAddr.Parse("1.2.3.4:81"));
        Assert.True(one != SockAddr.Parse("1.2.3.5:80"));
        Assert.True(SockAddr.Parse("[fe80::1%1]:80") != SockAddr.Parse("[fe80::1%2]:80"));
        Assert.True(SockAddr.Parse("[::]:80") != SockAddr.Parse("0.0.0.0:80"));
        Assert.False(one == null);
    }

    [Theory]
    [InlineData("1.2.3.4:80")]
    [InlineData("[::1]:80")]
    [InlineData("[fe80::1%7]:443")]
    public void IPEndPoint_can_be_converted_both_ways(string text)
    {
        var address = SockAddr.Parse(text);
        IPEndPoint endPoint = address;
        SockAddr back = endPoint;

        Assert.Equal(IPEndPoint.Parse(text), endPoint);
        Assert.Equal(address, back);
    }

    [Fact]
    public void Scope_may_be_the_name_of_a_device()
        => Assert.Equal(1, SockAddr.Parse("[fe80::1%lo]:80").ScopeId);

    [Fact]
    public void Constants_are_those_of_the_documentation()
    {
        Assert.Equal((2, 10), (Tcp.AF_INET, Tcp.AF_INET6));
        Assert.Equal(("255.255.255.255", "127.0.0.1"), (Tcp.INADDR_NONE, Tcp.INADDR_LOOPBACK));
        Assert.Equal(("0.0.0.0", "255.255.255.255"), (Tcp.INADDR_ANY, Tcp.INADDR_BROADCAST));
        Assert.Equal(("::", "::1"), (Tcp.IN6ADDR_ANY, Tcp.IN6ADDR_LOOPBACK));
        Assert.Equal(("ff01::1", "ff02::1", "ff01::2"), (Tcp.IN6ADDR_NODELOCAL_ALLNODES, Tcp.IN6ADDR_LINKLOCAL_ALLNODES, Tcp.IN6ADDR_LINKLOCAL_ALLROUTERS));
    }
}
