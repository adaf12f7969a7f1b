using System.Text.RegularExpressions;

namespace ActorTcp.Tests.Demo;

/// <summary>The echo server with fewer descriptors than clients.</summary>
public sealed partial class EchoExhaustionTests(ITestOutputHelper output)
{
    private const int Wanting = 200;
    private const int Live = 5;
    private const int Room = 20;
    private const int Rounds = 5;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    // The promise is one second. A busy machine gets three.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    private readonly CancellationToken _limit = new CancellationTokenSource(TimeSpan.FromMinutes(3)).Token;

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Server_without_descriptors_serves_its_clients_and_accepts_again_later(int loops)
    {
        ScriptedProgram.SkipUnlessInstalled("prlimit");
        var (demo, address) = await DemoProcess.ListenAsync("echo", "--port", "0", "--loops", $"{loops}");
        using var __ = demo;
        var live = new List<Socket>();
        for (var i = 0; i < Live; i++)
        {
            live.Add(await EchoClient.ConnectAsync(address, _limit));
            await EchoClient.EchoAsync(live[i], 1000, 1, 100, _limit);
        }

        // The ticks of Akka's scheduler use CPU time too, so the test compares with the time before the exhaustion.
        // A delay of this test makes the first value higher and the second one lower, never the other way round.
        var idle = (await ServeAsync(demo, live, Duration / 2)).CoreAtPace;
        var exhausted = Stopwatch.StartNew();
        LimitDescriptors(demo, Directory.GetFiles($"/proc/{demo.Id}/fd").Length + Room);
        var wanting = new List<Socket>();
        for (var i = 0; i < Wanting; i++)
        {
            // The kernel accepts them into the backlog.
            wanting.Add(await EchoClient.ConnectAsync(address, _limit));
        }

        // The server logs the failure once, and the number of failures at the end of the episode.
        await demo.AwaitLineAsync(IsExhausted);
        var (core, _, echoes) = await ServeAsync(demo, live, Duration);

        // Each accepted client that leaves makes room for one client in the backlog.
        wanting.ForEach(socket => socket.Send("x"u8));
        var served = await CloseAcceptedAsync(address, wanting);
        var again = await AwaitServedAsync(wanting[0]);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{loops} loops: {served} of {Wanting} in, {core:P1} of a core ({idle:P1} before), {echoes} live echoes, accepting again after {again.TotalMilliseconds:0} ms"));
        Assert.True(core - idle < 0.05, $"{core:P1} of a core, {idle:P1} before");

        // A delay can affect one round. Only a server that pauses too long is late in all rounds.
        for (var round = 2; again >= Soon && round <= Rounds; round++)
        {
            // As long as before, because the pause grows with the number of consecutive failures.
            await ServeAsync(demo, live, Duration);
            await CloseAcceptedAsync(address, wanting);
            again = await AwaitServedAsync(wanting[0]);
            output.WriteLine($"accepting again after {again.TotalMilliseconds:0} ms in round {round}");
        }

        Assert.True(again < Soon, $"accepting again after {again}");
        // All of this is one episode. It ends after accepting has worked for some seconds.
        var seconds = exhausted.Elapsed.TotalSeconds;
        live.Concat(wanting).ToList().ForEach(socket => socket.Dispose());
        await demo.AwaitLineAsync(AcceptsAgain().IsMatch);
        var failures = int.Parse(demo.Output.Select(line => AcceptsAgain().Match(line)).Single(match => match.Success).Groups[1].Value, CultureInfo.InvariantCulture) / seconds;
        Assert.True(failures <= 20, $"{failures} failed accepts a second");
        Assert.Single(demo.Output, IsExhausted);
    }

    [GeneratedRegex(@"accepts again after (\d+) failures")]
    private static partial Regex AcceptsAgain();

    private static bool IsExhausted(string line) => line.Contains(": Too many open files (EMFILE)", StringComparison.Ordinal);

    private static void LimitDescriptors(DemoProcess demo, int most)
    {
        using var prlimit = Process.Start("prlimit", ["--pid", $"{demo.Id}", $"--nofile={most}:{most}"]);
        prlimit.WaitForExit();
        Assert.Equal(0, prlimit.ExitCode);
    }

    /// <summary>Closes the accepted clients that are not live, and returns their number. The others stay.</summary>
    private static async Task<int> CloseAcceptedAsync(IPEndPoint server, List<Socket> wanting)
    {
        // A client is accepted if it has a descriptor of the server, and each accepted client is answered.
        await Eventually.HoldsAsync(() => wanting.Count(IsServed) is > 0 and var count && count == ServerSockets.Held(server) - Live);
        var served = wanting.Where(IsServed).ToList();
        Assert.InRange(served.Count, 1, Room + 1);
        wanting.RemoveAll(served.Contains);
        served.ForEach(socket => socket.Dispose());
        return served.Count;
    }

    private static bool IsServed(Socket socket) => socket.Available > 0;

    /// <summary>
    /// Echoes for a while with the accepted clients.
    /// Returns the share of a core that the server used, relative to the elapsed time and to the planned time, and the number of echoes.
    /// </summary>
    private async Task<(double Core, double CoreAtPace, int Echoes)> ServeAsync(DemoProcess demo, List<Socket> live, TimeSpan duration)
    {
        var before = demo.Usage().Processor;
        var clock = Stopwatch.StartNew();
        var echoes = 0;
        using var pace = new PeriodicTimer(Period);
        for (var left = duration; left > TimeSpan.Zero; left -= Period)
        {
            foreach (var socket in live)
            {
                await EchoClient.EchoAsync(socket, 100, (ulong)echoes++, 100, _limit);
            }

            await pace.WaitForNextTickAsync(_limit);
        }

        var took = demo.Usage().Processor - before;
        return (took / clock.Elapsed, took / duration, echoes);
    }

    private async Task<TimeSpan> AwaitServedAsync(Socket socket)
    {
        var clock = Stopwatch.StartNew();
        Assert.Equal(1, await socket.ReceiveAsync(new byte[1], SocketFlags.Peek, _limit));
        return clock.Elapsed;
    }
}
