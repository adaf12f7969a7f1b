namespace ActorTcp.Tests.Demo;

/// <summary>Several services in one process.</summary>
public sealed class MultitaskProgramTests
{
    [SkippableFact]
    public async Task Each_port_has_its_service_and_each_service_uses_all_loops()
    {
        var (demo, addresses) = await DemoProcess.ListenAsync(4, "multitask", "--host", $"{LoopbackAddress.Next()}", "--port", "7000", "--loops", "2");
        using var _ = demo;
        Assert.Contains(demo.Output, line => line.Contains($"tasks listens on {addresses[3]} and 3 ports after it with 2 loops", StringComparison.Ordinal));
        using (var echo = ScriptedProgram.Socat(addresses[0]))
        {
            await echo.TypeAsync("as it is");
            echo.EndInput();
            Assert.Equal(0, await echo.ExitAsync());
            Assert.Equal("as it is", echo.Output);
        }

        using (var shout = ScriptedProgram.Ncat(addresses[1]))
        {
            await shout.TypeAsync("a line\n");
            await shout.ExpectAsync("A LINE\r\n");
        }

        using (var daytime = ScriptedProgram.Ncat(addresses[2], "--recv-only"))
        {
            Assert.Equal(0, await daytime.ExitAsync());
            await daytime.ExpectAsync($"{DateTime.Now.Year}");
        }

        var tasks = new HashSet<string>();
        for (var more = 0; more <= 3; more++)
        {
            var port = addresses[3].Port + more;
            using var client = ScriptedProgram.Ncat(new IPEndPoint(addresses[3].Address, port));
            await client.TypeAsync("hello\n");
            await client.ExpectAsync($"port {port}, task ");
            await client.ExpectAsync(": hello\r\n");
            tasks.Add(client.Output.Split("task ")[1]);
        }

        Assert.Equal(["0: hello\r\n", "1: hello\r\n"], tasks.Order());
        demo.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await demo.ExitAsync());
        Assert.Empty(demo.Errors);
    }

    [Fact]
    public async Task Port_without_room_for_the_ports_after_it_is_reported_with_the_rule()
    {
        var (exitCode, _, errors) = await DemoProcess.RunAsync("multitask", "--port", "65530");

        Assert.Equal(2, exitCode);
        Assert.Equal("--port is 65530; it must be at most 65529, because 6 more ports follow it", Assert.Single(errors));
    }
}
