namespace ActorTcp.Tests.AccessControl;

/// <summary>Which clients are admitted, without a socket.</summary>
public sealed class AdmissionControlTests
{
    private static readonly ListenerLimits None = new(0, LimitPolicy.AcceptAndClose);

    private long _now = 1_000_000;

    [Theory]
    [InlineData("10.1.2.3", false)]
    [InlineData("10.2.0.1", true)]
    [InlineData("::ffff:10.2.0.1", true)]
    [InlineData("::ffff:10.1.2.3", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("2001:db8::7", true)]
    [InlineData("2001:db9::7", false)]
    public void Client_is_admitted_if_its_network_is_allowed_and_not_denied(string client, bool isAdmitted)
    {
        var admission = new AdmissionControl(None with
        {
            AllowedNetworks = NetworkList.Parse("10.0.0.0/8, 2001:db8::/32"),
            DeniedNetworks = NetworkList.Parse("10.1.0.0/16, 10.3.0.0/16"),
        });

        Assert.Equal(isAdmitted ? null : RefuseReason.Network, RefusalOf(admission, client));
    }

    [Fact]
    public void Address_has_at_most_its_maximum_of_connections()
    {
        var admission = new AdmissionControl(None with { MaxConnectionsPerAddress = 2 });
        var first = Admit(admission, "192.0.2.1");
        Admit(admission, "::ffff:192.0.2.1");

        Assert.Equal(RefuseReason.AddressConnections, RefusalOf(admission, "192.0.2.1"));
        Assert.Null(RefusalOf(admission, "192.0.2.2"));
        admission.Release(first, _now);
        Assert.Null(RefusalOf(admission, "192.0.2.1"));
    }

    [Fact]
    public void Addresses_of_IPv6_count_together_if_they_agree_in_64_bits()
    {
        var admission = new AdmissionControl(None with { MaxConnectionsPerAddress = 1 });
        Admit(admission, "2001:db8:1:2::1");

        Assert.Equal(RefuseReason.AddressConnections, RefusalOf(admission, "2001:db8:1:2:ffff::2"));
        Assert.Null(RefusalOf(admission, "2001:db8:1:3::1"));
    }

    [Fact]
    public void Prefix_that_changes_counts_the_present_connections_again()
    {
        var limits = None with { MaxConnectionsPerAddress = 3 };
        var admission = new AdmissionControl(None);
        Admit(admission, "192.0.2.1");
        Admit(admission, "192.0.2.2");
        var third = Admit(admission, "192.0.2.3");
        Assert.Equal(0, admission.Addresses);

        admission.SetLimits(limits);
        Assert.Equal(3, admission.Addresses);
        admission.SetLimits(limits with { AddressPrefixIPv4 = 24 });

        Assert.Equal(1, admission.Addresses);
        Assert.Equal(RefuseReason.AddressConnections, RefusalOf(admission, "192.0.2.4"));
        admission.Release(third, _now);
        Assert.Null(RefusalOf(admission, "192.0.2.4"));
    }

    [Fact]
    public void Address_that_connects_too_fast_is_refused_until_its_rate_allows_it()
    {
        var admission = new AdmissionControl(None with { AddressAcceptRate = 1, AddressAcceptBurst = 2 });
        Admit(admission, "192.0.2.1");
        Admit(admission, "192.0.2.1");

        Assert.Equal(RefuseReason.AddressRate, RefusalOf(admission, "192.0.2.1"));
        Assert.Null(RefusalOf(admission, "192.0.2.2"));
        _now += 1000;
        Assert.Null(RefusalOf(admission, "192.0.2.1"));
        Assert.Equal(RefuseReason.AddressRate, RefusalOf(admission, "192.0.2.1"));
    }

    [Fact]
    public void Refused_client_takes_nothing_from_the_rate_of_the_listener()
    {
        var admission = new AdmissionControl(None with { AcceptRate = 10, AcceptBurst = 3, MaxConnectionsPerAddress = 1 });
        Admit(admission, "192.0.2.1");
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(RefuseReason.AddressConnections, RefusalOf(admission, "192.0.2.1"));
        }

        Admit(admission, "192.0.2.2");
        Admit(admission, "192.0.2.3");
        Assert.Equal(RefuseReason.AcceptRate, RefusalOf(admission, "192.0.2.4"));
    }

    [Fact]
    public void Rate_of_the_listener_leaves_clients_in_the_backlog_with_that_policy()
    {
        var admission = new AdmissionControl(new ListenerLimits(5) { AcceptRate = 10, AcceptBurst = 2 });
        Assert.Equal(2, admission.Room(0, _now, out var wait));
        Assert.Equal(0, wait);
        Admit(admission, "192.0.2.1");
        Admit(admission, "192.0.2.1");

        Assert.Equal(0, admission.Room(2, _now, out wait));
        Assert.Equal(100, wait);
        Assert.Equal(1, admission.Room(4, _now + 200, out _));
    }

    [Fact]
    public void Full_table_forgets_an_address_without_connection_and_refuses_a_new_one_if_there_is_none()
    {
        var admission = new AdmissionControl(None with { AddressAcceptRate = 1, AddressAcceptBurst = 10, MaxAddresses = 3 });
        var first = Admit(admission, "192.0.2.1");
        Admit(admission, "192.0.2.2");
        Admit(admission, "192.0.2.3");
        Assert.Equal(RefuseReason.AddressTable, RefusalOf(admission, "192.0.2.4"));

        admission.Release(first, _now);
        Assert.Equal(3, admission.Addresses);
        Admit(admission, "192.0.2.4");

        Assert.Equal(3, admission.Addresses);
        Assert.Equal(RefuseReason.AddressTable, RefusalOf(admission, "192.0.2.1"));
    }

    [Fact]
    public void Address_is_forgotten_when_it_has_no_connection_and_full_buckets()
    {
        var admission = new AdmissionControl(None with { AddressAcceptRate = 1, AddressReceiveRate = 1000 });
        var connection = Admit(admission, "192.0.2.1");
        connection.Entry!.Received.Take(TokenRate.Of(1000, 0), 5000, _now);
        admission.Release(connection, _now);

        _now += 4999;
        admission.Sweep(_now);
        Assert.Equal(1, admission.Addresses);
        _now++;
        admission.Sweep(_now);
        Assert.Equal(0, admission.Addresses);
    }

    [Fact]
    public void Client_of_a_Unix_socket_is_subject_to_the_limits_of_the_listener_only()
    {
        var admission = new AdmissionControl(None with { MaxConnectionsPerAddress = 1, AllowedNetworks = NetworkList.Parse("10.0.0.0/8"), AcceptRate = 1, AcceptBurst = 2 });
        var client = SockAddr.Unix("/run/test.sock");

        Assert.NotNull(admission.TryAdmit(client, 0, _now, out _));
        Assert.NotNull(admission.TryAdmit(client, 1, _now, out _));
        Assert.Null(admission.TryAdmit(client, 2, _now, out var reason));
        Assert.Equal(RefuseReason.AcceptRate, reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Random_accepts_and_ends_keep_the_counts_and_leave_an_empty_table(int mostAddresses)
    {
        var seed = Environment.GetEnvironmentVariable(Properties.SeedVariable) is { Length: > 0 } chosen ? int.Parse(chosen, CultureInfo.InvariantCulture) : Random.Shared.Next();
        var random = new Random(seed);
        var limits = new ListenerLimits(40, LimitPolicy.AcceptAndClose)
        {
            MaxConnectionsPerAddress = 3, AddressAcceptRate = 20, AddressAcceptBurst = 4, AddressReceiveRate = 100, MaxAddresses = mostAddresses == 0 ? 65536 : mostAddresses,
        };
        var admission = new AdmissionControl(limits);
        var open = new List<(AdmittedConnection Connection, string Network)>();
        for (var i = 0; i < 20_000; i++)
        {
            _now += random.Next(4) == 0 ? random.Next(200) : 0;
            var text = random.Next(2) == 0 ? $"192.0.2.{random.Next(20)}" : $"2001:db8:0:{random.Next(20)}::{random.Next(1, 100)}";
            var network = text.Contains('.', StringComparison.Ordinal) ? text : text[..text.IndexOf("::", StringComparison.Ordinal)];
            if (random.Next(100) == 0)
            {
                admission.SetLimits(limits with { AddressAcceptBurst = random.Next(1, 5), MaxConnectionsPerAddress = random.Next(1, 4) });
            }
            else if (random.Next(2) == 0 && open.Count > 0)
            {
                var at = random.Next(open.Count);
                admission.Release(open[at].Connection, _now);
                admission.Release(open[at].Connection, _now);
                open.RemoveAt(at);
            }
            else if (admission.TryAdmit(AddressOf(text), open.Count, _now, out _) is { } admitted)
            {
                admitted.Entry!.Received.Take(admission.ReceiveRates.Address, random.Next(100), _now);
                open.Add((admitted, network));
                Assert.True(open.Count(other => other.Network == network) <= admission.Limits.MaxConnectionsPerAddress, $"seed {seed}, step {i}: {network} is over its limit");
            }

            Assert.True(admission.Connections == open.Count && open.Count <= 40, $"seed {seed}, step {i}: {admission.Connections} of {open.Count}");
            Assert.True(open.TrueForAll(one => one.Connection.Entry!.Connections == open.Count(other => other.Network == one.Network)), $"seed {seed}, step {i}: wrong count");
            Assert.True(admission.Addresses <= limits.MaxAddresses, $"seed {seed}, step {i}: {admission.Addresses} addresses");
        }

        open.ForEach(one => admission.Release(one.Connection, _now));
        admission.Sweep(_now + 1_000_000);
        Assert.Equal((0, 0), (admission.Connections, admission.Addresses));
    }

    private AdmittedConnection Admit(AdmissionControl admission, string client)
    {
        var admitted = admission.TryAdmit(AddressOf(client), admission.Connections, _now, out var reason);
        Assert.True(admitted is not null, $"{client} was refused: {reason}");
        return admitted;
    }

    private RefuseReason? RefusalOf(AdmissionControl admission, string client) =>
        admission.TryAdmit(AddressOf(client), admission.Connections, _now, out var reason) is null ? reason : null;

    private static SockAddr AddressOf(string text) => new(text, 1234);
}
