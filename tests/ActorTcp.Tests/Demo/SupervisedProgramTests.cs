namespace ActorTcp.Tests.Demo;

/// <summary>The supervised calculator, crashed by its users.</summary>
public sealed class SupervisedProgramTests
{
    [SkippableFact]
    public async Task Crash_affects_only_what_the_log_reports()
    {
        var (demo, address) = await DemoProcess.ListenAsync("supervised", "--port", "0");
        using var _ = demo;
        using var witness = ScriptedProgram.Ncat(address);
        using var client = ScriptedProgram.Ncat(address);
        await witness.ExpectAsync("A calculator.");
        await client.ExpectAsync("A calculator.");
        await client.TypeAsync("1 + 2\n7 / 0\nten + 1\n");
        await client.ExpectAsync("3\r\n! Cannot calculate 7 / 0: the divisor must not be 0\r\n! 'ten' is not a number\r\n");

        // The lines after the line that crashes also arrive, in order.
        await client.TypeAsync("crash\n2.5 * 3\ncrash\n1 - 2\n");
        await client.ExpectAsync("! The handler failed at 'crash', at offset 20 of your bytes, and was restarted.\r\n7.5\r\n");
        await client.ExpectAsync("! The handler failed at 'crash', at offset 34 of your bytes, and was restarted.\r\n-1\r\n");
        await demo.AwaitLineAsync(line => line.Contains("Its handler failed at 'crash' and was restarted; restarts: 2", StringComparison.Ordinal));

        await client.TypeAsync("crash loop\ncrash listener\n");
        await client.ExpectAsync("The actor on the loop throws. Your connection is open.\r\nThe listener is killed. Your connection is open.\r\n");
        await demo.AwaitLineAsync(line => line.Contains("Survived: poll loop 0 on thread ", StringComparison.Ordinal));
        await demo.AwaitLineAsync(line => line.EndsWith("Survived: the listener, its socket and its backlog. Connections: 2; accepting: yes", StringComparison.Ordinal));

        await client.TypeAsync("stats\n");
        await client.ExpectAsync("handler      restarts: 2, answers since: 1\r\nlistener     kills: 1\r\nloop actor   restarts: 1\r\nconnections  kills: 0\r\n");

        await client.TypeAsync("crash connection\n");
        await demo.AwaitLineAsync(line => line.EndsWith("Survived: all other connections. Connections: 1; accepting: yes", StringComparison.Ordinal));
        await client.ExitAsync();
        await witness.TypeAsync("6 * 7\nstats\nquit\n");
        await witness.ExpectAsync("\n42\r\n");
        await witness.ExpectAsync("handler      restarts: 0, answers since: 1\r\n");
        await witness.ExpectAsync("connections  kills: 1\r\n");
        witness.EndInput();
        Assert.Equal(0, await witness.ExitAsync());

        demo.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await demo.ExitAsync());
        Assert.Empty(demo.Errors);
    }

    [Theory]
    [InlineData("crash loop", "The actor on the loop throws. Your connection is open.", "loop actor   restarts: ")]
    [InlineData("crash listener", "The listener is killed. Your connection is open.", "listener     kills: ")]
    public async Task Repeated_crashes_close_no_connection(string command, string answer, string count)
    {
        var cancellation = new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token;
        var (demo, address) = await DemoProcess.ListenAsync("supervised", "--port", "0", "--loops", "1");
        using var _ = demo;
        using var client = await ChatClient.ConnectAsync(address, cancellation);
        for (var i = 0; i < 30; i++)
        {
            await client.WriteAsync($"{command}\n{i} + 1\n", cancellation);
            await client.ReadUntilAsync(answer, cancellation);
            Assert.Equal($"{i + 1}", await client.ReadAsync(cancellation));
            using var other = await ChatClient.ConnectAsync(address, cancellation);
            Assert.NotNull(await other.ReadAsync(cancellation));
        }

        do
        {
            // The actor that is pinned to a loop reports its restart a moment later.
            await client.WriteAsync("stats\n", cancellation);
        }
        while (await client.ReadUntilAsync(count, cancellation) != $"{count}30");
    }
}
