namespace ActorTcp.Tests.Scenarios;

/// <summary>
/// A flood of connects from one address with a limit for each address, while clients of other addresses echo. It prints the latency of the echoes
/// without and with the flood, and judges no time. <c>ACTORTCP_FLOOD_SECONDS=10</c> runs it for ten seconds.
/// </summary>
public sealed class FloodTests(ITestOutputHelper output) : TcpTestKit(output, "actortcp.checked-leases = off\nakka.loglevel = INFO", loops: 1)
{
    private const int Limit10 = 10;
    private const int Clients = 16;
    private const int ConnectsPerTick = 10;
    private const int Rounds = 4;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);
    private static readonly IPAddress Flooder = IPAddress.Parse("127.9.9.9");

    private static double Seconds =>
        Environment.GetEnvironmentVariable("ACTORTCP_FLOOD_SECONDS") is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : 1;

    [Fact]
    public async Task Flood_from_one_address_is_refused_while_other_addresses_are_served()
    {
        var settings = new ListenerSettings { MaxConnectionsPerAddress = Limit10, Backlog = 4096 };
        var bind = new ListenerProtocol.Bind((SockAddr)new IPEndPoint(IPAddress.Loopback, 0), Props.Create<EchoHandler>()) { Settings = settings };
        Sys.ActorTcp().Manager.Tell(bind, TestActor);
        var bound = ExpectMsg<ListenerProtocol.Bound>(Limit);
        var server = bound.LocalAddress.ToIPEndPoint();
        var clients = new List<Socket>();
        for (var i = 0; i < Clients; i++)
        {
            clients.Add(await ConnectAsync(IPAddress.Parse($"127.9.1.{i + 1}"), server));
        }

        var held = new List<Socket>();
        for (var i = 0; i < Limit10; i++)
        {
            held.Add(await ConnectAsync(Flooder, server));
            await EchoClient.EchoAsync(held[^1], 64, 1, 64, LimitToken());
        }

        var round = TimeSpan.FromSeconds(Seconds / (2 * Rounds));
        await EchoForAsync(clients, round);
        List<double> quiet = [], flooded = [];
        var connects = 0;
        for (var i = 0; i < Rounds; i++)
        {
            quiet.AddRange(await EchoForAsync(clients, round));
            using var end = new CancellationTokenSource();
            var flood = FloodAsync(server, end.Token);
            flooded.AddRange(await EchoForAsync(clients, round));
            await end.CancelAsync();
            connects += await flood;
        }

        var description = await bound.Listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit);
        Print("without flood", quiet);
        Print("with flood", flooded);
        Output.WriteLine($"{connects / (Rounds * round.TotalSeconds):F0} connects/s from one address, {description.Refused} refused");
        Assert.True(description.RefusedByReason[RefuseReason.AddressConnections] > 0);
        Assert.Equal(Clients + Limit10, description.Connections.Count);
        Assert.True(description.Addresses <= Clients + 1);
        clients.Concat(held).ToList().ForEach(client => client.Dispose());
    }

    private static async Task<Socket> ConnectAsync(IPAddress from, IPEndPoint server)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.Bind(new IPEndPoint(from, 0));
        await client.ConnectAsync(server, LimitToken());
        return client;
    }

    /// <summary>Echoes 64 bytes over each connection in each tick. Returns the times in microseconds.</summary>
    private static async Task<List<double>> EchoForAsync(List<Socket> clients, TimeSpan time)
    {
        var ends = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var results = await Task.WhenAll(clients.Select(client => Task.Run(async () =>
        {
            var times = new List<double>();
            var bytes = new byte[64];
            using var pace = new PeriodicTimer(Tick);
            while (Stopwatch.GetTimestamp() < ends)
            {
                await pace.WaitForNextTickAsync(LimitToken());
                var started = Stopwatch.GetTimestamp();
                await client.SendAsync(bytes);
                for (var received = 0; received < bytes.Length;)
                {
                    var count = await client.ReceiveAsync(bytes.AsMemory(received), LimitToken());
                    Assert.True(count > 0, "the stream ended");
                    received += count;
                }

                times.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            }

            return times;
        })));
        return [.. results.SelectMany(times => times)];
    }

    /// <summary>Connects ten times in each tick, which is 2,000 times a second. Returns the number of connects.</summary>
    private static Task<int> FloodAsync(IPEndPoint server, CancellationToken end) => Task.Run(async () =>
    {
        var connects = 0;
        using var pace = new PeriodicTimer(Tick);
        while (!end.IsCancellationRequested)
        {
            await pace.WaitForNextTickAsync(CancellationToken.None);
            for (var i = 0; i < ConnectsPerTick; i++, connects++)
            {
                using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                client.Bind(new IPEndPoint(Flooder, 0));
                try
                {
                    client.Connect(server);
                }
                catch (SocketException)
                {
                    // The server may reset the connection before the call returns.
                }
            }
        }

        return connects;
    });

    private void Print(string name, List<double> times)
    {
        times.Sort();
        Output.WriteLine($"{name}: {times.Count} echoes, p50 {times[times.Count / 2]:F0} µs, p99 {times[times.Count * 99 / 100]:F0} µs");
    }
}
