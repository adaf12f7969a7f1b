using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ActorTcp.Tests.Support;
using Xunit.Abstractions;

namespace ActorTcp.Tests.Demo;

/// <summary>The echo server with too few descriptors for those who want in.</summary>
public sealed partial class EchoExhaustionTests(ITestOutputHelper output)
{
    private const int Wanting = 200;
    private const int Live = 5;
    private const int Room = 20;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    private readonly CancellationToken _limit = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Without_descriptors_it_rests_serves_those_who_are_in_and_accepts_again_when_some_are_free(int loops)
    {
        Skip.IfNot(File.Exists("/usr/bin/prlimit"), "prlimit is not installed");
        var (demo, address) = await DemoProcess.ListenAsync("echo", "--port", "0", "--loops", $"{loops}");
        using var __ = demo;
        var live = new List<Socket>();
        for (var i = 0; i < Live; i++)
        {
            live.Add(await EchoClient.ConnectAsync(address, _limit));
            await EchoClient.EchoAsync(live[i], 1000, 1, 100, _limit);
        }

        // An actor system has a cost of its own, by its scheduler's ticks: what counts is what this adds to it.
        var (idle, _) = await ServeAsync(demo, live, Duration / 3);
        LimitDescriptors(demo, Directory.GetFiles($"/proc/{demo.Id}/fd").Length + Room);
        var wanting = new List<Socket>();
        for (var i = 0; i < Wanting; i++)
        {
            // The kernel takes them into the backlog.
            wanting.Add(await EchoClient.ConnectAsync(address, _limit));
        }

        // Told once; how often it has failed is told when it is over.
        await demo.AwaitLineAsync(line => line.Contains(": Too many open files (EMFILE)", StringComparison.Ordinal));
        var clock = Stopwatch.StartNew();
        var (core, echoes) = await ServeAsync(demo, live, Duration);

        // Who is in goes: as many of those who wait must come in.
        wanting.ForEach(socket => socket.Send("x"u8));
        await Task.Delay(1000, _limit);
        var served = wanting.Where(socket => socket.Available > 0).ToList();
        var waiting = wanting.Except(served).ToList();
        Assert.InRange(served.Count, 1, Room + 1);
        var seconds = clock.Elapsed.TotalSeconds;
        clock.Restart();
        served.ForEach(socket => socket.Dispose());
        await AwaitServedAsync(waiting[0]);
        var again = clock.Elapsed;
        await demo.AwaitLineAsync(line => AcceptsAgain().IsMatch(line));
        var failures = demo.Output.Select(line => AcceptsAgain().Match(line)).Where(match => match.Success)
            .Sum(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)) / seconds;

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{loops} loops: {served.Count} of {Wanting} in, {failures:0.0} failed accepts a second, {core:P1} of a core ({idle:P1} before), {echoes} live echoes, accepting again {again.TotalMilliseconds:0} ms behind"));
        Assert.True(failures <= 20, $"{failures} failed accepts a second");
        Assert.True(core - idle < 0.05, $"{core:P1} of a core, {idle:P1} before");

        // The promise is a second; a machine that has much else to do gets three.
        Assert.True(again < TimeSpan.FromSeconds(3), $"accepting again {again} behind");
        live.Concat(waiting).ToList().ForEach(socket => socket.Dispose());
    }

    [GeneratedRegex(@"accepts again, behind (\d+) failures")]
    private static partial Regex AcceptsAgain();

    private static void LimitDescriptors(DemoProcess demo, int most)
    {
        using var prlimit = Process.Start("prlimit", ["--pid", $"{demo.Id}", $"--nofile={most}:{most}"]);
        prlimit.WaitForExit();
        Assert.Equal(0, prlimit.ExitCode);
    }

    /// <summary>Echoes for a while with those who are in; how much of a core the server took for it, and how many echoes there were.</summary>
    private async Task<(double Core, int Echoes)> ServeAsync(DemoProcess demo, List<Socket> live, TimeSpan duration)
    {
        var before = demo.Usage().Processor;
        var clock = Stopwatch.StartNew();
        var echoes = 0;
        while (clock.Elapsed < duration)
        {
            foreach (var socket in live)
            {
                await EchoClient.EchoAsync(socket, 100, (ulong)echoes++, 100, _limit);
            }

            await Task.Delay(100, _limit);
        }

        return ((demo.Usage().Processor - before) / clock.Elapsed, echoes);
    }

    private async Task AwaitServedAsync(Socket socket) => Assert.Equal(1, await socket.ReceiveAsync(new byte[1], _limit));
}
