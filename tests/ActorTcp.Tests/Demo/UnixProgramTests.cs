namespace ActorTcp.Tests.Demo;

/// <summary>The demo programs on Unix sockets, with the clients that their users have.</summary>
public sealed class UnixProgramTests
{
    [Fact]
    public async Task Echo_on_a_path_serves_socat_ncat_curl_and_the_demo_client()
    {
        using var sockets = new UnixSockets();
        using var demo = await DemoProcess.ListenOnUnixAsync("echo", "--unix", sockets.Path, "--loops", "1");

        Assert.Equal("by socat\n", await OutputOfAsync("by socat\n", "socat", "-t60", "-", $"UNIX-CONNECT:{sockets.Path}"));
        Assert.Equal("by ncat\n", await OutputOfAsync("by ncat\n", "ncat", "-U", sockets.Path));
        Assert.Equal("by the demo\n", await OutputOfAsync("by the demo\n", "dotnet", DemoProcess.Program, "client", "--unix", sockets.Path));
        var page = await OutputOfAsync("", "curl", "-s", "-N", "--http0.9", "-m", "1", "--unix-socket", sockets.Path, "http://localhost/by-curl");
        Assert.StartsWith("GET /by-curl HTTP/1.1\r\n", page, StringComparison.Ordinal);

        demo.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await demo.ExitAsync());
        Assert.False(File.Exists(sockets.Path));
    }

    [Fact]
    public async Task Chat_on_an_abstract_name_serves_the_demo_client()
    {
        var name = UnixSockets.AbstractName();
        using var demo = await DemoProcess.ListenOnUnixAsync("chat", "--unix", name, "--loops", "1");

        Assert.Contains("* Bye.", await OutputOfAsync("/quit\n", "dotnet", DemoProcess.Program, "client", "--unix", name), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_of_a_server_that_was_killed_is_replaced_and_that_of_a_live_one_is_not()
    {
        using var sockets = new UnixSockets();
        using (await DemoProcess.ListenOnUnixAsync("echo", "--unix", sockets.Path, "--loops", "1"))
        {
            var (exitCode, _, errors) = await DemoProcess.RunAsync("echo", "--unix", sockets.Path);
            Assert.Equal(1, exitCode);
            Assert.Equal($"Server 'echo': Cannot listen on unix:{sockets.Path}: Address already in use (EADDRINUSE)", Assert.Single(errors));
        }

        Assert.True(File.Exists(sockets.Path));
        using var demo = await DemoProcess.ListenOnUnixAsync("echo", "--unix", sockets.Path, "--loops", "1");
    }

    [Fact]
    public async Task Path_that_is_too_long_is_one_line_and_exit_code_2()
    {
        var (exitCode, _, errors) = await DemoProcess.RunAsync("echo", "--unix", new string('x', 108));

        Assert.Equal(2, exitCode);
        Assert.Contains("it must be a path, or @ and a name, of at most 107 bytes", Assert.Single(errors), StringComparison.Ordinal);
    }

    private static async Task<string> OutputOfAsync(string input, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        return await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }
}
