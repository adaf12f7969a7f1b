namespace ActorTcp.Tests.Listeners;

/// <summary>Admission by address and rate on real sockets: each client has an address of the loopback of its own.</summary>
public sealed class ListenerAdmissionTests(ITestOutputHelper output) : TcpTestKit(output, loops: 2, stillClock: true)
{
    private readonly List<Socket> _clients = [];

    [Fact]
    public async Task Address_beyond_its_limit_is_reset_and_others_are_served()
    {
        var bound = await LimitedAsync(new ListenerLimits(0) { MaxConnectionsPerAddress = 2 });
        var first = await EchoingAsync(bound, "127.9.0.1");
        await EchoingAsync(bound, "127.9.0.1");

        await AssertResetAsync(bound, "127.9.0.1");
        await AssertResetAsync(bound, "127.9.0.1");

        var reached = ExpectMsg<ListenerProtocol.LimitReached>();
        Assert.Equal((RefuseReason.AddressConnections, "127.9.0.1"), (reached.Reason, reached.RemoteAddress!.Addr));
        await EchoingAsync(bound, "127.9.0.2");
        var description = await DescribeAsync(bound);
        Assert.Equal((2, 2, 3), (description.Refused, description.Addresses, description.Connections.Count));
        Assert.Equal([KeyValuePair.Create(RefuseReason.AddressConnections, 2L)], description.RefusedByReason);
        using var readings = new Readings(Sys.ActorTcp().Meters);
        Assert.Equal(2, readings.Read("actortcp.connections.refused address-connections"));
        Assert.Equal(2, readings.Read("actortcp.admission.addresses"));

        first.Dispose();
        await UntilAsync(async () => (await DescribeAsync(bound)).Connections.Count == 2);
        await EchoingAsync(bound, "127.9.0.1");
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public async Task Refusals_of_a_reason_are_logged_once_a_minute_with_their_number()
    {
        var bound = await LimitedAsync(new ListenerLimits(0) { DeniedNetworks = NetworkList.Parse("127.9.0.0/16") });

        await EventFilter.Warning(contains: "refuses 127.9.0.1").ExpectAsync(1, async () =>
        {
            await AssertResetAsync(bound, "127.9.0.1");
            await AssertResetAsync(bound, "127.9.0.2");
            await AssertResetAsync(bound, "127.9.0.2");
        });
        await AdvanceAsync(TimeSpan.FromMinutes(1));
        await EventFilter.Warning(contains: "Network; 3 since the last such warning").ExpectOneAsync(() => AssertResetAsync(bound, "127.9.0.3"));
    }

    [Fact]
    public async Task Limit_that_is_set_later_counts_the_present_connections()
    {
        var bound = await LimitedAsync(new ListenerLimits(0));
        await EchoingAsync(bound, "127.9.0.1");

        await SetAsync(bound, new ListenerLimits(0) { MaxConnectionsPerAddress = 1 });

        await AssertResetAsync(bound, "127.9.0.1");
        await SetAsync(bound, new ListenerLimits(0) { MaxConnectionsPerAddress = 2 });
        await EchoingAsync(bound, "127.9.0.1");
    }

    [Fact]
    public async Task Refused_client_leaves_the_room_in_the_backlog_to_others()
    {
        var bound = await LimitedAsync(new ListenerLimits(2) { DeniedNetworks = NetworkList.Parse("127.9.0.9") });
        for (var i = 0; i < 5; i++)
        {
            await AssertResetAsync(bound, "127.9.0.9");
        }

        await EchoingAsync(bound, "127.9.0.1");
        await EchoingAsync(bound, "127.9.0.1");
    }

    [Fact]
    public async Task Clients_beyond_the_rate_of_the_listener_wait_in_the_backlog()
    {
        var bound = await LimitedAsync(new ListenerLimits(0) { AcceptRate = 1, AcceptBurst = 2 });
        await EchoingAsync(bound, "127.9.0.1");
        await EchoingAsync(bound, "127.9.0.1");
        using var third = await ConnectAsync(bound, "127.9.0.1");
        var served = EchoClient.EchoAsync(third, 100, 3, 10, LimitToken());
        Assert.Equal(RefuseReason.AcceptRate, ExpectMsg<ListenerProtocol.LimitReached>(Limit).Reason);
        Assert.Equal(2, (await DescribeAsync(bound)).Connections.Count);
        Assert.False(served.IsCompleted);

        await AdvanceAsync(TimeSpan.FromSeconds(1.1));

        await served;
        Assert.Equal(0, (await DescribeAsync(bound)).Refused);
    }

    [Fact]
    public async Task Client_beyond_the_rate_of_the_listener_receives_the_answer_of_the_policy()
    {
        var bound = await LimitedAsync(new ListenerLimits(0, LimitPolicy.AcceptAnswerAndClose, "later") { AcceptRate = 1 });
        await EchoingAsync(bound, "127.9.0.1");

        using var second = await ConnectAsync(bound, "127.9.0.1");
        var answer = new MemoryStream();
        await new NetworkStream(second).CopyToAsync(answer, LimitToken());

        Assert.Equal("later", Encoding.UTF8.GetString(answer.ToArray()));
    }

    [Fact]
    public async Task Address_beyond_its_rate_is_reset_until_time_has_passed()
    {
        var bound = await LimitedAsync(new ListenerLimits(0) { AddressAcceptRate = 1, AddressAcceptBurst = 2 });
        (await EchoingAsync(bound, "127.9.0.1")).Dispose();
        (await EchoingAsync(bound, "127.9.0.1")).Dispose();

        await AssertResetAsync(bound, "127.9.0.1");
        await EchoingAsync(bound, "127.9.0.2");
        await AdvanceAsync(TimeSpan.FromSeconds(1));
        await EchoingAsync(bound, "127.9.0.1");
    }

    [Fact]
    public async Task Table_of_addresses_is_empty_when_the_connections_have_ended_and_the_rates_recovered()
    {
        var bound = await LimitedAsync(new ListenerLimits(0) { AddressAcceptRate = 10, MaxConnectionsPerAddress = 5 });
        for (var i = 1; i <= 20; i++)
        {
            await EchoingAsync(bound, $"127.9.0.{i}");
        }

        Assert.Equal(20, (await DescribeAsync(bound)).Addresses);
        _clients.ForEach(client => client.Dispose());
        await UntilAsync(async () => (await DescribeAsync(bound)).Connections.Count == 0);
        Assert.Equal(20, (await DescribeAsync(bound)).Addresses);
        await AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(0, (await DescribeAsync(bound)).Addresses);
        using var readings = new Readings(Sys.ActorTcp().Meters);
        Assert.Equal(0, readings.Read("actortcp.admission.addresses"));
    }

    [Fact]
    public async Task Address_in_a_PROXY_header_counts_and_the_address_of_the_proxy_does_not()
    {
        var settings = new ListenerSettings
        {
            MaxConnectionsPerAddress = 1,
            ProxyProtocol = new ProxyProtocolOptions { Mode = ProxyProtocolMode.Required, TrustedNetworks = NetworkList.Parse("127.0.0.0/8") },
        };
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind((SockAddr)new IPEndPoint(IPAddress.Loopback, 0), Props.Create<EchoHandler>()) { Settings = settings }, TestActor);
        var bound = ExpectMsg<ListenerProtocol.Bound>(Limit);
        var first = await ConnectAsync(bound, "127.9.0.1");
        await first.SendAsync("PROXY TCP4 198.51.100.1 192.0.2.1 1111 80\r\n"u8.ToArray(), LimitToken());
        await EchoClient.EchoAsync(first, 100, 1, 10, LimitToken());

        var second = await ConnectAsync(bound, "127.9.0.1");
        await second.SendAsync("PROXY TCP4 198.51.100.1 192.0.2.1 1112 80\r\n"u8.ToArray(), LimitToken());
        Assert.True(await EchoClient.IsEndedByServerAsync(second, LimitToken()));
        var third = await ConnectAsync(bound, "127.9.0.1");
        await third.SendAsync("PROXY TCP4 198.51.100.2 192.0.2.1 1113 80\r\n"u8.ToArray(), LimitToken());
        await EchoClient.EchoAsync(third, 100, 3, 10, LimitToken());

        var description = await DescribeAsync(bound);
        Assert.Equal((3, 1, 2), (description.Accepted, description.RefusedByReason[RefuseReason.AddressConnections], description.Addresses));
    }

    protected override void AfterAll()
    {
        _clients.ForEach(client => client.Dispose());
        base.AfterAll();
    }

    private async Task<ListenerProtocol.Bound> LimitedAsync(ListenerLimits limits)
    {
        Sys.EventStream.Subscribe(TestActor, typeof(ListenerProtocol.LimitReached));
        var bound = Listen(Props.Create<EchoHandler>());
        await SetAsync(bound, limits);
        return bound;
    }

    private static async Task SetAsync(ListenerProtocol.Bound bound, ListenerLimits limits) =>
        Assert.Equal(limits, (await bound.Listener.Ask<ListenerProtocol.LimitsSet>(new ListenerProtocol.SetLimits(limits), Limit)).Limits);

    private static Task<ListenerDescription> DescribeAsync(ListenerProtocol.Bound bound) =>
        bound.Listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit);

    private async Task<Socket> ConnectAsync(ListenerProtocol.Bound bound, string from)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _clients.Add(client);
        client.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await client.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
        return client;
    }

    private async Task<Socket> EchoingAsync(ListenerProtocol.Bound bound, string from)
    {
        var client = await ConnectAsync(bound, from);
        await EchoClient.EchoAsync(client, 100, 1, 10, LimitToken());
        return client;
    }

    /// <summary>The reset may arrive during the connect.</summary>
    private async Task AssertResetAsync(ListenerProtocol.Bound bound, string from)
    {
        var failure = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            using var client = await ConnectAsync(bound, from);
            await client.ReceiveAsync(new byte[1], LimitToken());
        });
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
    }
}
