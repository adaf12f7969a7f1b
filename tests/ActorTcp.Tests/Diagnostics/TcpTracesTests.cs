namespace ActorTcp.Tests.Diagnostics;

/// <summary>One activity per connection.</summary>
public sealed class TcpTracesTests(ITestOutputHelper output) : ConnectionTestKit(output)
{
    [Fact]
    public async Task Connection_is_an_activity_with_addresses_byte_counts_and_close_reason()
    {
        var (activity, server, port) = await TraceAsync(client => client.Dispose());

        Assert.Equal("actortcp.connection", activity.OperationName);
        Assert.Equal(ActivityKind.Server, activity.Kind);
        Assert.Null(activity.Parent);
        Assert.Equal(ActivityStatusCode.Unset, activity.Status);
        Assert.Equal(
            [
                ("actortcp.bytes.received", 1000L),
                ("actortcp.bytes.sent", 1000L),
                ("actortcp.close.reason", "peer-closed"),
                ("network.local.address", "127.0.0.1"),
                ("network.local.port", server.Port),
                ("network.peer.address", "127.0.0.1"),
                ("network.peer.port", port),
                ("network.transport", "tcp"),
            ],
            activity.TagObjects.Select(tag => (tag.Key, tag.Value!)).OrderBy(tag => tag.Key, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Failed_connection_is_an_activity_with_an_error()
    {
        var (activity, _, _) = await TraceAsync(Reset);

        Assert.Equal(ActivityStatusCode.Error, activity.Status);
        Assert.Equal("error", activity.GetTagItem("actortcp.close.reason"));
    }

    [Fact]
    public async Task Client_of_a_proxy_is_in_the_activity_beside_the_proxy()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = Listen(ended);
        var proxied = new ProxyProtocolOptions { Mode = ProxyProtocolMode.Required, TrustedNetworks = NetworkList.Parse("127.0.0.0/8") };
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort, Props.Create<EchoHandler>()) { ProxyProtocol = proxied }, TestActor);
        var server = ExpectMsg<ListenerProtocol.Bound>(Limit).LocalAddress.ToIPEndPoint();
        var client = await EchoClient.ConnectAsync(server, LimitToken());
        var port = ((IPEndPoint)client.LocalEndPoint!).Port;
        await SendAsync(client, "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\nx");
        Assert.Equal("x", await ReadTextAsync(client, 1));
        client.Dispose();

        var activity = await EndedAsync(ended, port);

        Assert.Equal(("192.0.2.1", 56324), (activity.GetTagItem("client.address"), activity.GetTagItem("client.port")));
    }

    /// <summary>Returns the activity of a connection that echoes 1000 bytes, the server, and the port of the client.</summary>
    private async Task<(Activity Activity, IPEndPoint Server, int Port)> TraceAsync(Action<Socket> end)
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = Listen(ended);
        var server = ListenForEcho();
        var client = await EchoClient.ConnectAsync(server, LimitToken());
        var port = ((IPEndPoint)client.LocalEndPoint!).Port;
        await EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken());
        end(client);
        return (await EndedAsync(ended, port), server, port);
    }

    private static ActivityListener Listen(ConcurrentQueue<Activity> ended)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TcpMeters.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    /// <summary>Connections of other tests are recorded as well.</summary>
    private async Task<Activity> EndedAsync(ConcurrentQueue<Activity> ended, int port)
    {
        Activity? found = null;
        await UntilAsync(() => (found = ended.FirstOrDefault(activity => Equals(activity.GetTagItem("network.peer.port"), port))) is not null);
        return found!;
    }
}
