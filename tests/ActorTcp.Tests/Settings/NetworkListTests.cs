using Akka.Configuration;
using Microsoft.Extensions.Configuration;

namespace ActorTcp.Tests.Settings;

/// <summary>Lists of networks, in text, in HOCON and in .NET's configuration.</summary>
public sealed class NetworkListTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData(" 10.0.0.0/8 ,192.168.1.7, ::1 ", "10.0.0.0/8, 192.168.1.7/32, ::1/128")]
    [InlineData("0.0.0.0/0, ::/0", "0.0.0.0/0, ::/0")]
    public void List_is_read_from_text_and_written_back(string text, string written)
    {
        var networks = NetworkList.Parse(text);

        Assert.Equal(written, networks.ToString());
        Assert.Equal(networks, NetworkList.Parse(networks.ToString()));
    }

    [Theory]
    [InlineData("10.0.0.0/33", "10.0.0.0/33")]
    [InlineData("10.0.0.0/8, 10.1.0.0/8", "10.1.0.0/8")]
    [InlineData("10.1/16", "10.1/16")]
    [InlineData("::1/-1", "::1/-1")]
    [InlineData("example.org", "example.org")]
    [InlineData("fe80::1%2", "fe80::1%2")]
    public void Text_that_is_no_list_is_refused_with_its_wrong_part(string text, string wrong)
    {
        var failure = Assert.Throws<FormatException>(() => NetworkList.Parse(text));

        Assert.StartsWith($"'{wrong}' is not a network", failure.Message, StringComparison.Ordinal);
        Assert.False(NetworkList.TryParse(text, out _));
    }

    [Theory]
    [InlineData("::ffff:10.0.0.0/104", "10.9.8.7", true)]
    [InlineData("::ffff:0.0.0.0/96", "10.9.8.7", true)]
    [InlineData("::/0", "10.9.8.7", false)]
    [InlineData("2000::/3", "10.9.8.7", false)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    public void Mapped_network_contains_the_addresses_of_IPv4(string network, string address, bool contains)
    {
        Assert.Equal(contains, NetworkList.Parse(network).Contains(new SockAddr(address, 1)));
    }

    [Fact]
    public void List_is_read_from_HOCON_as_text_or_as_a_list()
    {
        var text = ActorTcpSettings.Read(ConfigurationFactory.ParseString("actortcp.listener.denied-networks = \"10.0.0.0/8, ::1\""));
        var list = ActorTcpSettings.Read(ConfigurationFactory.ParseString("actortcp.listener.denied-networks = [\"10.0.0.0/8\", \"::1\"]"));

        Assert.Equal(NetworkList.Parse("10.0.0.0/8, ::1"), text.Listener.Limits.DeniedNetworks);
        Assert.Equal(text.Listener.Limits, list.Listener.Limits);
    }

    [Fact]
    public void List_is_read_from_the_configuration_of_a_host_as_text_or_as_a_list()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ActorTcp:Listener:AllowedNetworks"] = "10.0.0.0/8",
            ["ActorTcp:Listener:DeniedNetworks:0"] = "10.1.0.0/16",
            ["ActorTcp:Listener:DeniedNetworks:1"] = "::1",
            ["ActorTcp:Listener:AddressPrefixIPv6"] = "56",
        }).Build();

        var limits = ActorTcpConfiguration.Read(configuration).Listener.Limits;

        Assert.Equal(("10.0.0.0/8", "10.1.0.0/16, ::1/128", 56), ($"{limits.AllowedNetworks}", $"{limits.DeniedNetworks}", limits.AddressPrefixIPv6));
    }

    [Fact]
    public void Limits_that_break_a_rule_are_reported_with_the_rule()
    {
        var failure = Assert.Throws<ConfigurationException>(() => ActorTcpSettings.Read(ConfigurationFactory.ParseString(
            "actortcp.listener { denied-networks = \"10.0.0.1/8\", address-prefix-ipv4 = 33, accept-rate = -1, receive-rate = -1 }")));

        Assert.Contains("actortcp.listener.denied-networks is '10.0.0.1/8'; it must be a list of networks", failure.Message, StringComparison.Ordinal);
        Assert.Contains("actortcp.listener.address-prefix-ipv4 is 33; it must be 1 to 32", failure.Message, StringComparison.Ordinal);
        Assert.Contains("actortcp.listener.accept-rate is -1; it must be 0 (no limit) or", failure.Message, StringComparison.Ordinal);
        Assert.Contains("actortcp.listener.receive-rate is -1; it must be 0", failure.Message, StringComparison.Ordinal);
    }
}
