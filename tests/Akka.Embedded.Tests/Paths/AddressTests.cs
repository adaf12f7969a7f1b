using Akka.Actor;
using Xunit;

namespace Akka.Embedded.Tests.Paths;

/// <summary>Addresses of systems.</summary>
public sealed class AddressTests
{
    [Fact]
    public void An_address_has_a_protocol_and_a_system_and_may_have_a_host_and_a_port()
    {
        var local = new Address("akka", "sys");
        Assert.Equal(("akka", "sys", null, null), (local.Protocol, local.System, local.Host, local.Port));
        Assert.Equal("akka://sys", local.ToString());
        var remote = new Address("akka.tcp", "sys", "HOST", 4711);
        Assert.Equal(("host", 4711), (remote.Host, remote.Port));
        Assert.Equal("akka.tcp://sys@host:4711", remote.ToString());
    }

    [Fact]
    public void Addresses_are_equal_by_their_parts_the_hosts_case_aside()
    {
        Assert.Equal(new Address("akka", "sys", "host", 1), new Address("akka", "sys", "Host", 1));
        Assert.Equal(new Address("akka", "sys").GetHashCode(), new Address("akka", "sys").GetHashCode());
        Assert.NotEqual(new Address("akka", "sys", "host", 1), new Address("akka", "sys", "host", 2));
        Assert.NotEqual(new Address("akka", "sys"), new Address("akka", "other"));
        Assert.True(new Address("akka", "sys") == new Address("akka", "sys"));
    }

    [Theory]
    [InlineData("akka://sys/user/a", "akka://sys", "/user/a")]
    [InlineData("akka://sys", "akka://sys", "/")]
    [InlineData("akka.tcp://sys@host:4711/user/a", "akka.tcp://sys@host:4711", "/user/a")]
    [InlineData("akka.tcp://sys@[::1]:4711/a", "akka.tcp://sys@[::1]:4711", "/a")]
    public void An_address_can_be_read_from_the_head_of_a_text(string text, string address, string rest)
    {
        Assert.True(Address.TryParse(text, out var parsed, out var uri));
        Assert.Equal((address, rest), (parsed.ToString(), uri));
    }

    [Theory]
    [InlineData("sys")]
    [InlineData("http://sys")]
    [InlineData("akka:sys")]
    [InlineData("akka.tcp://sys@host")]
    [InlineData("akka.tcp://sys@host:port")]
    public void Other_text_is_refused(string text)
    {
        Assert.False(Address.TryParse(text, out var address, out _));
        Assert.Null(address);
    }
}
