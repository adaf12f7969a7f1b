using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using ActorTcp.Tests.Tidy;

namespace ActorTcp.Tests.Diagnostics;

/// <summary>The counters and gauges of the meter.</summary>
public sealed partial class TcpMetersTests : ConnectionTestKit
{
    private readonly Readings _readings;

    public TcpMetersTests(ITestOutputHelper output)
        : base(output)
    {
        _readings = new Readings(Sys.ActorTcp().Meters);
    }

    [Fact]
    public async Task Connections_and_bytes_are_counted()
    {
        var server = ListenForEcho();
        var client = await EchoClient.ConnectAsync(server, LimitToken());
        await EchoClient.EchoAsync(client, 10_000, 1, 500, LimitToken());

        Assert.Equal(1, _readings.Read("actortcp.connections.accepted"));
        Assert.Equal(1, _readings.Read("actortcp.connections.active"));
        Assert.Equal(10_000, _readings.Read("actortcp.bytes.received"));
        // The client may have the bytes before the loop has counted them.
        await UntilAsync(() => _readings.Read("actortcp.bytes.sent") == 10_000 && _readings.Read("actortcp.send.queue") == 0);

        client.Dispose();
        await UntilAsync(() => _readings.Read("actortcp.connections.closed peer-closed") == 1);
        Assert.Equal(0, _readings.Read("actortcp.connections.active"));
        Assert.Equal(0, _readings.Read("actortcp.connections.closed error"));
    }

    [Fact]
    public async Task Queued_bytes_are_counted_until_the_connection_is_aborted()
    {
        var (client, connection) = await RegisteredAsync();
        var bytes = new byte[900_000];
        for (var i = 0; i < 20 && (await DescribeAsync(connection)).BytesQueued == 0; i++)
        {
            connection.Tell(new Send(bytes), TestActor);
        }

        // The kernel may accept more bytes meanwhile.
        await AwaitAsync(connection, described => described.BytesQueued > 0 && described.BytesQueued == _readings.Read("actortcp.send.queue"));

        connection.Tell(ConnectionProtocol.Abort.Instance, TestActor);

        await UntilAsync(() => _readings.Read("actortcp.connections.closed aborted") == 1);
        Assert.Equal(0, _readings.Read("actortcp.send.queue"));
    }

    [Fact]
    public async Task Send_queue_count_falls_when_the_peer_reads()
    {
        var (client, connection) = await RegisteredAsync();
        using var closing = client;
        var sent = 0L;
        while (sent < 100 << 20 && (await DescribeAsync(connection)).BytesQueued == 0)
        {
            connection.Tell(new Send(new byte[900_000]), TestActor);
            sent += 900_000;
        }

        _ = await ReadAsync(client, (int)sent);

        await AwaitAsync(connection, described => described.BytesQueued == 0);
        Assert.Equal(0, _readings.Read("actortcp.send.queue"));
        Assert.Equal(sent, _readings.Read("actortcp.bytes.sent"));
    }

    [Fact]
    public async Task Connections_beyond_a_limit_are_counted_as_refused()
    {
        var bind = new ListenerProtocol.Bind(AnyPort) { Settings = new ListenerSettings { MaxConnections = 1, LimitPolicy = LimitPolicy.AcceptAndClose } };
        Sys.ActorTcp().Manager.Tell(bind, TestActor);
        var server = ExpectMsg<ListenerProtocol.Bound>(Limit).LocalAddress.ToIPEndPoint();
        using var first = await EchoClient.ConnectAsync(server, LimitToken());
        using var second = await EchoClient.ConnectAsync(server, LimitToken());

        Assert.True(await EchoClient.IsEndedByServerAsync(second, LimitToken()));

        Assert.Equal(1, _readings.Read("actortcp.connections.refused max-connections"));
        Assert.Equal(2, _readings.Read("actortcp.connections.accepted"));
    }

    [Fact]
    public async Task Idle_loop_is_not_busy_and_blocked_loop_is_busy()
    {
        using var held = new ManualResetEventSlim();
        var entered = new TaskCompletionSource();
        Sys.ActorTcp().Loops[1].Post(() =>
        {
            entered.SetResult();
            held.Wait(Limit);
        });
        await entered.Task.WaitAsync(Limit);
        await UntilAsync(() => Sys.ActorTcp().Loops[0].IsSleeping);
        var (idle, busy) = (_readings.Read("actortcp.loop.busy 0"), _readings.Read("actortcp.loop.busy 1"));

        await UntilAsync(() => _readings.Read("actortcp.loop.busy 1") > busy + 0.5);
        var idled = _readings.Read("actortcp.loop.busy 0") - idle;
        held.Set();

        Assert.True(idled < 0.25, $"an idle loop was busy for {idled} s of more than 0.5");
        Assert.InRange(_readings.Read("actortcp.loop.utilization 1"), 0, 1);
    }

    [Fact]
    public void Metrics_page_lists_exactly_the_instruments_of_the_library()
    {
        _readings.Read("actortcp.connections.active");
        var page = File.ReadAllText(Path.Combine(SourceFile.Root, "docs/metrics.md"));

        Assert.Equal(
            _readings.Instruments.Select(instrument =>
                $"{instrument.Name} {Kind(instrument)} {instrument.Unit} {_readings.Tags[instrument.Name]} {instrument.Description}").Order(),
            Row().Matches(page).Select(row => string.Join(' ', row.Groups.Values.Skip(1).Select(cell => cell.Value.Trim()))).Order());
    }

    [Fact]
    public void Every_close_reason_has_a_counter()
    {
        Assert.All(Enum.GetValues<CloseReason>(), reason => Assert.InRange((int)reason, 0, Sys.ActorTcp().Loops[0].Meters.Ended.Length - 1));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _readings.Dispose();
    }

    private static string Kind(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "ObservableCounter" => "counter",
        "ObservableUpDownCounter" => "up-down counter",
        "ObservableGauge" => "gauge",
        var other => other,
    };

    [GeneratedRegex(@"^\| `(actortcp\.[\w.]+)` \|([^|\n]*)\|([^|\n]*)\|([^|\n]*)\|([^|\n]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
