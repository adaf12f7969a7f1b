namespace ActorTcp.Tests.Demo;

/// <summary>The echo program as its users run it.</summary>
public sealed class EchoProgramTests
{
    private static readonly CancellationToken Limit = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task Signal_under_load_ends_the_server_with_exit_code_0_and_no_stack_trace(PosixSignal signal)
    {
        var (demo, address) = await DemoProcess.ListenAsync("echo", "--port", "0", "--loops", "2");
        using var _ = demo;
        var echoed = 0;
        var loads = Enumerable.Range(0, 20).Select(LoadAsync).ToList();
        await Eventually.HoldsAsync(() => Volatile.Read(ref echoed) >= 1000);

        demo.Signal(signal);

        Assert.Equal(0, await demo.ExitAsync());
        await Task.WhenAll(loads);
        Assert.Empty(demo.Errors);
        Assert.DoesNotContain(demo.Output, line => line.Contains("   at ", StringComparison.Ordinal) || line.Contains("ERR", StringComparison.Ordinal));

        async Task LoadAsync(int seed)
        {
            using var client = await EchoClient.ConnectAsync(address, Limit);
            try
            {
                while (true)
                {
                    await EchoClient.EchoAsync(client, 1000, (ulong)seed, 1000, Limit);
                    Interlocked.Increment(ref echoed);
                }
            }
            catch (Exception ended) when (ended is SocketException or Xunit.Sdk.XunitException)
            {
                // The server has closed the connection, as expected.
            }
        }
    }

    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task Second_signal_ends_the_server_at_once(PosixSignal signal)
    {
        using var file = new ConfigFile("actortcp.drain-timeout = 10m");
        var (demo, address) = await DemoProcess.ListenAsync("echo", "--port", "0", "--loops", "1", "--config", file.Path);
        using var _ = demo;
        using var client = await EchoClient.ConnectAsync(address, Limit);
        await EchoClient.EchoAsync(client, 1, 1, 1, Limit);
        demo.Signal(signal);

        // The listener is closed when the server has handled the first signal.
        await Eventually.HoldsAsync(() => !Listens(address));
        demo.Signal(signal);

        Assert.Equal(128 + 9, await demo.ExitAsync());
    }

    [Fact]
    public async Task Port_in_use_prints_one_line_and_exits_with_1()
    {
        var (demo, address) = await DemoProcess.ListenAsync("echo", "--port", "0", "--loops", "1");
        using var _ = demo;

        var (exitCode, output, errors) = await DemoProcess.RunAsync("echo", "--port", $"{address.Port}");

        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Equal($"Server 'echo': Cannot listen on 127.0.0.1:{address.Port}: Address already in use (EADDRINUSE)", Assert.Single(errors));
    }

    [Theory]
    [InlineData("--port", "65536")]
    [InlineData("--port", "-1")]
    [InlineData("--port", "http")]
    [InlineData("--host", "nowhere")]
    [InlineData("--host", "1.2.3.4.5")]
    [InlineData("--loops", "1025")]
    public async Task Invalid_value_prints_one_line_with_value_and_rule_and_exits_with_2(string option, string value)
    {
        var (exitCode, output, errors) = await DemoProcess.RunAsync("echo", option, value);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.StartsWith($"{option} is '{value}'; it must be ", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_of_another_machine_prints_one_line_and_exits_with_1()
    {
        var (exitCode, _, errors) = await DemoProcess.RunAsync("echo", "--host", "192.0.2.1");

        Assert.Equal(1, exitCode);
        Assert.Equal("Server 'echo': Cannot listen on 192.0.2.1:2049: Cannot assign requested address (EADDRNOTAVAIL)", Assert.Single(errors));
    }

    private static bool Listens(IPEndPoint address)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(address);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
