namespace ActorTcp.Tests.Listeners;

/// <summary>
/// A hundred connections, and every 100 ms a random actor below the manager is killed: a listener, a connection, or a handler.
/// ACTORTCP_STORM_SECONDS sets the duration (2). ACTORTCP_STORM_SEED repeats a run with the seed that it printed.
/// </summary>
public abstract class KilledActorTests : ConnectionTestKit
{
    private const int Clients = 100;
    private const int Period = 100;
    private readonly ITestOutputHelper _output;
    private int _connected;

    protected KilledActorTests(ITestOutputHelper output, int loops)
        : base(output, "akka.loglevel = OFF\nakka.stdout-loglevel = OFF", loops) => _output = output;

    [Fact]
    public async Task Server_accepts_again_and_leaks_nothing_whichever_actor_is_killed()
    {
        var seed = TestSettings.Number("ACTORTCP_STORM_SEED") ?? Random.Shared.Next();
        _output.WriteLine($"ACTORTCP_STORM_SEED={seed}");
        var bound = Listen(Props.Create<EchoHandler>());
        var server = bound.LocalAddress.ToIPEndPoint();
        using var over = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(i => Task.Run(() => EchoAsync(server, (ulong)i, over.Token))).ToList();
        await UntilAsync(() => _connected >= Clients);

        var random = new Random(seed);
        var killed = new Dictionary<string, int>();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(Period));
        for (var i = 0; i < (TestSettings.Number("ACTORTCP_STORM_SECONDS") ?? 2) * 1000 / Period; i++)
        {
            await pace.WaitForNextTickAsync();
            var (kind, victim) = await VictimAsync(bound.Listener, random);
            victim.Tell(Kill.Instance);
            killed[kind] = killed.GetValueOrDefault(kind) + 1;
        }

        using (var another = await EchoClient.ConnectAsync(server, LimitToken()))
        {
            await EchoClient.EchoAsync(another, 1000, 1, 100, LimitToken());
        }

        await over.CancelAsync();
        var echoes = await Task.WhenAll(clients);
        _output.WriteLine($"killed {string.Join(", ", killed)}; {_connected} connections, {echoes.Sum()} echoes");
        Assert.All(echoes, count => Assert.True(count > 0, "a client did not get a single echo"));
        await UntilAsync(() => ServerSockets.Held(server) == 0);
        await UntilAsync(async () => (await DescribeListenerAsync(bound.Listener)).Connections.Count == 0);
        Assert.True((await DescribeListenerAsync(bound.Listener)).Accepting);
    }

    private async Task<(string Kind, IActorRef Actor)> VictimAsync(IActorRef listener, Random random)
    {
        var connections = (await DescribeListenerAsync(listener)).Connections;
        if (connections.Count == 0 || random.Next(10) == 0)
        {
            return ("listener", listener);
        }

        var connection = connections[random.Next(connections.Count)];
        var handler = random.Next(2) == 0 ? await FindAsync($"{connection.Path}/handler") : null;
        return handler is null ? ("connection", connection) : ("handler", handler);
    }

    private async Task<IActorRef?> FindAsync(string path) =>
        (await Sys.ActorSelection(path).Ask<ActorIdentity>(new Identify(null), Limit)).Subject;

    private static Task<ListenerDescription> DescribeListenerAsync(IActorRef listener) =>
        listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit);

    /// <summary>Echoes at least once and until the end, on one connection after the other.</summary>
    private async Task<int> EchoAsync(IPEndPoint server, ulong seed, CancellationToken over)
    {
        var rounds = 0;
        while (rounds == 0 || !over.IsCancellationRequested)
        {
            try
            {
                // A connection that is killed at once may be reset before the client notices that it is connected.
                using var socket = await EchoClient.ConnectAsync(server, LimitToken());
                Interlocked.Increment(ref _connected);
                while (rounds == 0 || !over.IsCancellationRequested)
                {
                    var piece = Seeded(seed + (ulong)rounds, 1 + (rounds % 1000));
                    await socket.SendAsync(piece, LimitToken());
                    if (await ReadOrEndAsync(socket, piece.Length) is not { } echo)
                    {
                        break;
                    }

                    Assert.True(piece.AsSpan().SequenceEqual(echo), $"round {rounds} of client {seed} came back with other bytes");
                    rounds++;
                }
            }
            catch (SocketException failure) when (failure.SocketErrorCode != SocketError.ConnectionRefused)
            {
                // Its connection or its handler was killed.
            }
        }

        return rounds;
    }

    private static async Task<byte[]?> ReadOrEndAsync(Socket socket, int length)
    {
        var bytes = new byte[length];
        for (var count = 0; count < length;)
        {
            var received = await socket.ReceiveAsync(bytes.AsMemory(count), LimitToken());
            if (received == 0)
            {
                return null;
            }

            count += received;
        }

        return bytes;
    }

    public sealed class OneLoop(ITestOutputHelper output) : KilledActorTests(output, loops: 1);

    public sealed class TwoLoops(ITestOutputHelper output) : KilledActorTests(output, loops: 2);
}
