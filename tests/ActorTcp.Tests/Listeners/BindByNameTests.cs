namespace ActorTcp.Tests.Listeners;

/// <summary>Bind by host name: one listener serves all addresses that the host has on this machine.</summary>
public sealed class BindByNameTests(ITestOutputHelper output) : TcpTestKit(output)
{
    private static SockAddr Elsewhere => Tcp.SockAddr("198.51.100.1", 0)!;

    [Fact]
    public async Task Localhost_is_served_on_both_loopbacks_with_one_port()
    {
        var bound = Bind(new ListenerProtocol.Bind("localhost", 0, Props.Create<EchoHandler>()));

        Assert.Equal(["127.0.0.1", "::1"], bound.LocalAddresses.Select(address => address.Addr));
        Assert.Single(bound.LocalAddresses.Select(address => address.Port).Distinct());
        Assert.Equal(bound.LocalAddress, bound.LocalAddresses[0]);
        await EchoAtEachAsync(bound);
        Assert.Equal(2, (await DescribeAsync(bound.Listener)).Accepted);
    }

    [Fact]
    public async Task Name_is_looked_up_and_served_on_all_its_addresses()
    {
        var (first, second) = (LoopbackAddress.Next(), LoopbackAddress.Next());
        var resolver = new ScriptedResolver(new IPEndPoint(first, 0), new IPEndPoint(second, 0), new IPEndPoint(first, 0));

        var bound = Bind(new ListenerProtocol.Bind(resolver.Host, 0, Props.Create<EchoHandler>()));

        Assert.Equal([first.ToString(), second.ToString()], bound.LocalAddresses.Select(address => address.Addr));
        Assert.Equal(1, resolver.Lookups);
        await EchoAtEachAsync(bound);
    }

    [Fact]
    public async Task Listener_on_several_addresses_has_one_limit_one_Unbind_and_further_ports_at_each()
    {
        var resolver = new ScriptedResolver(new IPEndPoint(LoopbackAddress.Next(), 0), new IPEndPoint(LoopbackAddress.Next(), 0));
        var bound = Bind(new ListenerProtocol.Bind(resolver.Host, 0, Props.Create<EchoHandler>()) { Settings = new ListenerSettings { MaxConnections = 2 } });
        Assert.Equal(new ListenerProtocol.PortsSet(1), await bound.Listener.Ask<object>(new ListenerProtocol.SetPorts(1), Limit));
        var clients = new List<Socket>();
        foreach (var address in bound.LocalAddresses)
        {
            foreach (var port in new[] { address.Port, address.Port + 1 })
            {
                clients.Add(await EchoClient.ConnectAsync(address.WithPort(port).ToIPEndPoint(), LimitToken()));
            }
        }

        await UntilAsync(async () => (await DescribeAsync(bound.Listener)).Accepted == 2);
        Assert.Equal(2, (await DescribeAsync(bound.Listener)).Connections.Count);
        while (clients.Count > 0)
        {
            // Each client that disconnects makes room for another one.
            var served = await ServedAsync(clients);
            served.Dispose();
            clients.Remove(served);
        }

        bound.Listener.Tell(ListenerProtocol.Unbind.Instance, TestActor);
        ExpectMsg<ListenerProtocol.Unbound>(Limit);
        foreach (var address in bound.LocalAddresses)
        {
            await Assert.ThrowsAsync<SocketException>(() => EchoClient.ConnectAsync(address.ToIPEndPoint(), LimitToken()));
        }
    }

    [Fact]
    public void Addresses_that_this_machine_does_not_have_are_skipped()
    {
        var here = LoopbackAddress.Next();
        var resolver = new ScriptedResolver(Elsewhere, new IPEndPoint(here, 0));

        Assert.Equal(here.ToString(), Assert.Single(Bind(new ListenerProtocol.Bind(resolver.Host, 0)).LocalAddresses).Addr);
    }

    [Fact]
    public void Name_of_another_machine_fails_with_EADDRNOTAVAIL_and_name_and_address()
    {
        var resolver = new ScriptedResolver(Elsewhere, Tcp.SockAddr("198.51.100.2", 0)!);

        var failed = BindFailed(new ListenerProtocol.Bind(resolver.Host, 0));

        Assert.Equal(Errno.EADDRNOTAVAIL, failed.Errno);
        Assert.Contains($"{resolver.Host}:0, address {Elsewhere}", failed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Port_that_is_taken_at_one_address_fails_the_Bind_and_closes_the_others()
    {
        var (free, taken) = (LoopbackAddress.Next(), LoopbackAddress.Next());
        var other = Listen(Props.Create<EchoHandler>(), host: taken);
        var port = other.LocalAddress.Port;
        var resolver = new ScriptedResolver(new IPEndPoint(free, port), new IPEndPoint(taken, port));

        var failed = BindFailed(new ListenerProtocol.Bind(resolver.Host, port));

        Assert.Equal(Errno.EADDRINUSE, failed.Errno);
        Assert.Contains($"address {other.LocalAddress}", failed.Text, StringComparison.Ordinal);
        Assert.Equal(port, Bind(new ListenerProtocol.Bind(new IPEndPoint(free, port))).LocalAddress.Port);
    }

    [Fact]
    public void Name_that_cannot_be_looked_up_fails_with_the_reason_and_the_name()
    {
        var resolver = new ScriptedResolver(_ => Task.FromException<IReadOnlyList<SockAddr>>(new SocketException((int)SocketError.HostNotFound)));

        var failed = BindFailed(new ListenerProtocol.Bind(resolver.Host, 80));

        Assert.Equal(Errno.ENOENT, failed.Errno);
        Assert.Contains(resolver.Host, failed.Text, StringComparison.Ordinal);
        Assert.Contains("cannot be looked up", failed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lookup_that_hangs_fails_with_ETIMEDOUT_and_is_cancelled()
    {
        var resolver = ScriptedResolver.Hanging();

        var failed = BindFailed(new ListenerProtocol.Bind(resolver.Host, 80) { Settings = new ListenerSettings { LookupTimeout = TimeSpan.FromMilliseconds(50) } });

        Assert.Equal(Errno.ETIMEDOUT, failed.Errno);
        await resolver.Cancelled.Task.WaitAsync(Limit);
    }

    [Fact]
    public void Address_as_text_needs_no_lookup()
    {
        var bind = new ListenerProtocol.Bind("127.0.0.1", 0);

        Assert.Null(bind.Host);
        Assert.Equal("127.0.0.1", Bind(bind).LocalAddress.Addr);
    }

    [Theory]
    [InlineData("127.1", 80)]
    [InlineData("", 80)]
    [InlineData("fe80::1::2", 80)]
    [InlineData("0x7f000001", 80)]
    [InlineData("localhost", 65536)]
    [InlineData("localhost", -1)]
    public void Bind_to_a_malformed_address_or_port_cannot_be_created(string host, int port) =>
        Assert.ThrowsAny<ArgumentException>(() => new ListenerProtocol.Bind(host, port));

    [Fact]
    public async Task BindAsync_listens_or_throws_the_reason()
    {
        var tcp = Sys.ActorTcp();
        var bound = await tcp.BindAsync(new ListenerProtocol.Bind("localhost", 0, Props.Create<EchoHandler>()));
        await EchoAtEachAsync(bound);

        var failure = await Assert.ThrowsAsync<TcpBindException>(() => tcp.BindAsync(new ListenerProtocol.Bind(bound.LocalAddress, Props.Create<EchoHandler>())));

        Assert.Equal((bound.LocalAddress, Errno.EADDRINUSE), (failure.Address, failure.Errno));
        await Assert.ThrowsAsync<ArgumentException>(() => tcp.BindAsync(new ListenerProtocol.Bind(Elsewhere)));
    }

    [Fact]
    public async Task BindAsync_that_is_cancelled_leaves_no_listener()
    {
        var gate = new TaskCompletionSource<IReadOnlyList<SockAddr>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var resolver = new ScriptedResolver(_ => gate.Task);
        var address = LoopbackAddress.Next();
        using var cancellation = new CancellationTokenSource();
        var binding = Sys.ActorTcp().BindAsync(new ListenerProtocol.Bind(resolver.Host, 7777, Props.Create<EchoHandler>()), cancellation.Token);
        await resolver.Started.Task.WaitAsync(Limit);

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => binding);
        gate.SetResult([new IPEndPoint(address, 7777)]);

        await UntilAsync(() => Task.FromResult(IsFree(address)));
    }

    [Fact]
    public async Task Bind_that_waits_for_a_lookup_fails_with_ESHUTDOWN_when_the_system_stops()
    {
        var resolver = ScriptedResolver.Hanging();
        var binding = Sys.ActorTcp().BindAsync(new ListenerProtocol.Bind(resolver.Host, 80, Props.Create<EchoHandler>()));
        await resolver.Started.Task.WaitAsync(Limit);

        await Sys.Terminate().WaitAsync(Limit);

        Assert.Equal(Errno.ESHUTDOWN, (await Assert.ThrowsAsync<TcpBindException>(() => binding)).Errno);
        await resolver.Cancelled.Task.WaitAsync(Limit);
    }

    private static Task<ListenerDescription> DescribeAsync(IActorRef listener) =>
        listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit);

    private static bool IsFree(IPAddress address)
    {
        using var server = Tcp.CreateServer(new IPEndPoint(address, 7777));
        return server is not null;
    }

    private static async Task EchoAtEachAsync(ListenerProtocol.Bound bound)
    {
        foreach (var address in bound.LocalAddresses)
        {
            using var client = await EchoClient.ConnectAsync(address.ToIPEndPoint(), LimitToken());
            await EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken());
        }
    }

    /// <summary>Returns the first client that receives an echo.</summary>
    private static async Task<Socket> ServedAsync(List<Socket> clients)
    {
        await Task.WhenAll(clients.Select(client => client.SendAsync("x"u8.ToArray())));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(LimitToken());
        var echoes = clients.Select(client => EchoOfAsync(client, over.Token)).ToList();
        var served = await await Task.WhenAny(echoes);
        await over.CancelAsync();
        return served;
    }

    private static async Task<Socket> EchoOfAsync(Socket client, CancellationToken cancellation)
    {
        Assert.True(await client.ReceiveAsync(new byte[1], cancellation) > 0);
        return client;
    }

    private ListenerProtocol.Bound Bind(ListenerProtocol.Bind bind)
    {
        Sys.ActorTcp().Manager.Tell(bind, TestActor);
        return ExpectMsg<ListenerProtocol.Bound>(Limit);
    }

    private ListenerProtocol.BindFailed BindFailed(ListenerProtocol.Bind bind)
    {
        Sys.ActorTcp().Manager.Tell(bind, TestActor);
        return ExpectMsg<ListenerProtocol.BindFailed>(Limit);
    }
}
