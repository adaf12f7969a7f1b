namespace ActorTcp.Tests.Connections;

/// <summary>
/// A hundred clients echo continuously, and every 100 ms a random handler crashes.
/// ACTORTCP_STORM_SECONDS sets the duration (2). ACTORTCP_STORM_SEED repeats a run with the seed that it printed.
/// </summary>
public abstract class TcpHandlerStormTests : ConnectionTestKit
{
    private const int Clients = 100;
    private readonly ITestOutputHelper _output;

    protected TcpHandlerStormTests(ITestOutputHelper output, int loops)
        : base(output, "akka.loglevel = OFF\nakka.stdout-loglevel = OFF", loops) => _output = output;

    [Fact]
    public async Task Crashing_handlers_lose_no_connection_and_no_byte_and_keep_the_order()
    {
        var duration = TimeSpan.FromSeconds(TestSettings.Number("ACTORTCP_STORM_SECONDS") ?? 2);
        var seed = TestSettings.Number("ACTORTCP_STORM_SEED") ?? Random.Shared.Next();
        _output.WriteLine($"ACTORTCP_STORM_SEED={seed}");
        var tally = new StormTally();
        var closed = CreateTestProbe();
        Sys.EventStream.Subscribe(closed.Ref, typeof(ListenerProtocol.ConnectionClosed));
        var strategy = new OneForOneStrategy(-1, -1, _ => Directive.Restart, loggingEnabled: false);
        Sys.ActorTcp().Manager.Tell(WithTls(new ListenerProtocol.Bind(AnyPort, Props.Create(() => new StormHandler(tally)), new HandlerOptions { Supervision = strategy })), TestActor);
        var server = ExpectMsg<ListenerProtocol.Bound>(Limit).LocalAddress.ToIPEndPoint();
        var sockets = new List<Socket>();
        for (var i = 0; i < Clients; i++)
        {
            sockets.Add(await OverTlsOrNotAsync(await EchoClient.ConnectAsync(server, LimitToken())));
        }

        await UntilAsync(() => tally.Handlers.Count == Clients);
        using var over = new CancellationTokenSource();
        var echoes = sockets.Select((socket, i) => Task.Run(() => EchoAsync(socket, unchecked((ulong)seed + (ulong)i), over.Token))).ToList();

        var crashes = await CrashAsync([.. tally.Handlers.OrderBy(handler => handler.Path.ToString(), StringComparer.Ordinal)], new Random(seed), duration);
        await UntilAsync(() => tally.Resumptions > 0 && tally.WithBytes > 0);
        await over.CancelAsync();
        var rounds = await Task.WhenAll(echoes);

        Assert.All(rounds, count => Assert.True(count > 0, "a client did not get a single echo"));
        closed.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        _output.WriteLine($"{crashes} crashes, {tally.Resumptions} resumptions, {tally.WithBytes} of them with bytes, {rounds.Sum()} echoes");
        Assert.True(tally.Resumptions > 0 && tally.WithBytes > 0, "no handler has crashed");
        sockets.ForEach(socket => socket.Dispose());
    }

    private static async Task<int> CrashAsync(IActorRef[] handlers, Random random, TimeSpan duration)
    {
        const int period = 100;
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(period));
        var crashes = (int)(duration.TotalMilliseconds / period);
        for (var i = 0; i < crashes; i++)
        {
            await pace.WaitForNextTickAsync();
            handlers[random.Next(handlers.Length)].Tell((Crash)random.Next(3));
        }

        return crashes;
    }

    /// <summary>Sends one stream per client in pieces of random sizes, at least one, and compares each echoed byte.</summary>
    private static async Task<int> EchoAsync(Socket socket, ulong seed, CancellationToken over)
    {
        var sent = new SeededStream(seed);
        var random = new Random(unchecked((int)seed));
        var rounds = 0;
        for (; rounds == 0 || !over.IsCancellationRequested; rounds++)
        {
            var piece = new byte[random.Next(1, 2000)];
            sent.Fill(piece);
            await SendAsync(socket, piece);
            var echo = await ReadAsync(socket, piece.Length);
            Assert.True(piece.AsSpan().SequenceEqual(echo), $"seed {seed}: round {rounds} came back with other bytes");
        }

        return rounds;
    }

    public sealed class OneLoop(ITestOutputHelper output) : TcpHandlerStormTests(output, loops: 1);

    public sealed class OverTlsOnTwoLoops(ITestOutputHelper output) : TcpHandlerStormTests(output, loops: 2)
    {
        private protected override bool OverTls => true;
    }

    public sealed class TwoLoops(ITestOutputHelper output) : TcpHandlerStormTests(output, loops: 2);
}
