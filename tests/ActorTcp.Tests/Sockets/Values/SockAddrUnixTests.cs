namespace ActorTcp.Tests.Sockets.Values;

/// <summary>Addresses of Unix sockets as values, and in the documented calls, which are for TCP only.</summary>
public sealed class SockAddrUnixTests
{
    [Theory]
    [InlineData("/run/x.sock")]
    [InlineData("relative.sock")]
    [InlineData("@name")]
    [InlineData("./@file")]
    [InlineData("/run/ünïx:1")]
    public void Parse_reads_what_ToString_and_TryFormat_write(string path)
    {
        var address = SockAddr.Unix(path);
        var room = new char[path.Length + 5];

        Assert.Equal($"unix:{path}", address.ToString());
        Assert.True(address.TryFormat(room, out var written));
        Assert.Equal((room.Length, $"unix:{path}"), (written, new string(room)));
        Assert.False(address.TryFormat(room.AsSpan(1), out _));
        Assert.Equal(address, SockAddr.Parse($"unix:{path}"));
        Assert.Equal((true, path, path, 0, 1), (address.IsUnix, address.UnixPath, address.Addr, address.Port, address.Domain));
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("@", "it is empty")]
    [InlineData("a\0b", "code 0")]
    public void Unix_throws_with_the_rule(string path, string rule) =>
        Assert.Contains(rule, Assert.Throws<ArgumentException>(() => SockAddr.Unix(path)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("@")]
    public void Path_of_107_bytes_is_the_longest(string prefix)
    {
        Assert.Equal(107, SockAddr.Unix(prefix + new string('x', 107)).UnixPath!.Length - prefix.Length);
        Assert.Contains("108 bytes; at most 107", Assert.Throws<ArgumentException>(() => SockAddr.Unix(prefix + new string('x', 108))).Message, StringComparison.Ordinal);
        Assert.Contains("108 bytes; at most 107", Assert.Throws<FormatException>(() => SockAddr.Parse($"unix:{prefix}{new string('é', 54)}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Addresses_are_equal_by_path_and_never_to_an_IP_address()
    {
        Assert.Equal(SockAddr.Unix("/x"), SockAddr.Unix("/x"));
        Assert.Equal(SockAddr.Unix("/x").GetHashCode(), SockAddr.Unix("/x").GetHashCode());
        Assert.NotEqual(SockAddr.Unix("/x"), SockAddr.Unix("@x"));
        Assert.NotEqual(SockAddr.Parse("unix:"), SockAddr.Parse("0.0.0.0:0"));
        Assert.Equal(SockAddr.Parse("1.2.3.4:0"), SockAddr.Unix("/x") with { Addr = "1.2.3.4" });
    }

    [Fact]
    public void Unix_address_has_no_port_no_scope_and_no_IPEndPoint()
    {
        var address = SockAddr.Unix("/x");

        Assert.Throws<ArgumentOutOfRangeException>(() => address with { Port = 1 });
        Assert.Throws<ArgumentException>(() => address with { ScopeId = 1 });
        Assert.Throws<InvalidOperationException>(() => address.ToIPEndPoint());
        Assert.False(address.IsIPv4Mapped);
        Assert.Same(address, address.Unmap());
    }

    [Fact]
    public void Control_characters_of_a_peers_name_do_not_break_a_log_line() =>
        Assert.Equal("unix:@a?b", SockAddr.Unix("@a\nb").ToString());

    [Fact]
    public async Task Documented_calls_of_Tcp_refuse_a_Unix_socket()
    {
        var address = SockAddr.Unix("@x");

        Assert.Null(Tcp.CreateServer(address));
        Assert.Equal(Errno.EAFNOSUPPORT, Tcp.LastErrno);
        Assert.Null(Tcp.CreateClient(address));
        Assert.Equal(Errno.EAFNOSUPPORT, Tcp.LastErrno);
        Assert.Null(Tcp.SockAddr("unix:@x", 0));
        Assert.Equal(Errno.EINVAL, Tcp.LastErrno);
        Assert.Equal(Errno.EAFNOSUPPORT, (await Assert.ThrowsAsync<TcpException>(async () => await Tcp.ConnectAsync(address))).Errno);
    }
}
