using System.Diagnostics;
using System.Runtime.InteropServices;
using ActorTcp.Tests.Support;
using Xunit.Abstractions;

namespace ActorTcp.Tests.Demo;

/// <summary>What a busy client of the echo server sees of its end.</summary>
public sealed class EchoDrainTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan StillServed = TimeSpan.FromMilliseconds(200);

    // The promise is 700 ms; on a machine with other work to do only the order of things is sure.
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_busy_client_is_still_served_200_ms_behind_SIGTERM_and_closed_behind_the_deadline_of_500_ms(int loops)
    {
        var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token;
        using var file = new ConfigFile("actortcp.drain-timeout = 500ms");
        var (demo, address) = await DemoProcess.ListenAsync("echo", "--port", "0", "--loops", $"{loops}", "--config", file.Path);
        using var _ = demo;
        using var busy = await EchoClient.ConnectAsync(address, limit);
        await EchoClient.EchoAsync(busy, 10_000, 1, 100, limit);

        var clock = Stopwatch.StartNew();
        demo.Signal(PosixSignal.SIGTERM);
        var lastEcho = TimeSpan.Zero;
        while (await EchoOnceAsync())
        {
            lastEcho = clock.Elapsed;
        }

        var gone = clock.Elapsed;
        Assert.Equal(0, await demo.ExitAsync());
        output.WriteLine($"{loops} loops: last echo {lastEcho.TotalMilliseconds:0} ms, gone {gone.TotalMilliseconds:0} ms, exit {clock.ElapsedMilliseconds} ms behind SIGTERM");
        Assert.InRange(lastEcho, StillServed, Generous);
        Assert.InRange(gone, Deadline, Generous);
        Assert.Empty(demo.Errors);

        async Task<bool> EchoOnceAsync()
        {
            try
            {
                var answer = new byte[1];
                await busy.SendAsync("x"u8.ToArray(), limit);
                return await busy.ReceiveAsync(answer, limit) == 1;
            }
            catch (System.Net.Sockets.SocketException)
            {
                return false;
            }
        }
    }
}
