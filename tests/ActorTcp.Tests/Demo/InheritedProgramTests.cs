namespace ActorTcp.Tests.Demo;

/// <summary>The echo demo as a service of systemd: with inherited sockets, and a socket for its notifications.</summary>
public sealed class InheritedProgramTests : IDisposable
{
    private readonly InheritedDescriptors _manager = new();
    private readonly UnixSockets _paths = new();
    private readonly NotifySocket _systemd = new();

    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [Fact]
    public async Task Echo_serves_inherited_sockets_of_TCP_and_of_the_Unix_domain()
    {
        var (first, second) = (_manager.Listen("web"), _manager.Listen("web", isIPv6: true));
        _manager.ListenOnUnix("local", _paths.Path);

        using var demo = await StartAsync("echo", "--inherited", "--loops", "1");

        await demo.AwaitLineAsync(line => line.Contains($"listens on {first}, {second} (inherited as web)", StringComparison.Ordinal));
        await demo.AwaitLineAsync(line => line.Contains($"listens on unix:{_paths.Path} (inherited as local)", StringComparison.Ordinal));
        await EchoAsync(await EchoClient.ConnectAsync(first, Limit));
        await EchoAsync(await EchoClient.ConnectAsync(second, Limit));
        await EchoAsync(await UnixSockets.ConnectAsync(_paths.Path, Limit));
        Assert.Equal(0, await StopAsync(demo));
        Assert.True(File.Exists(_paths.Path));
    }

    [Fact]
    public async Task Client_that_connects_between_two_processes_is_served_by_the_second()
    {
        var address = _manager.Listen("web");
        using (var first = await StartAsync("echo", "--inherited", "web", "--loops", "1"))
        {
            await EchoAsync(await EchoClient.ConnectAsync(address, Limit));
            Assert.Equal(0, await StopAsync(first));
        }

        var client = await EchoClient.ConnectAsync(address, Limit);
        using var second = await StartAsync("echo", "--inherited", "web", "--loops", "1");

        await EchoAsync(client);
    }

    [Fact]
    public async Task Service_notifies_systemd_that_it_is_ready_runs_and_stops()
    {
        _manager.Listen("web");

        using var demo = await StartAsync("echo", "--inherited", "web", "--loops", "1");

        // The watchdog runs from the end of the host's start, so its first notification may be earlier.
        Assert.Equal("READY=1", await NextOtherThanWatchdogAsync());
        Assert.Equal("WATCHDOG=1", await _systemd.ReceiveAsync(Limit));
        demo.Signal(PosixSignal.SIGTERM);
        Assert.Equal("STOPPING=1", await NextOtherThanWatchdogAsync());
        Assert.Equal(0, await demo.ExitAsync());
    }

    [Theory]
    [InlineData("other", "the process has inherited none: LISTEN_PID is not set")]
    [InlineData("", "the process has inherited none: LISTEN_PID is not set")]
    public async Task Program_without_sockets_ends_with_one_line_and_exit_code_1(string name, string text)
    {
        string[] arguments = name.Length > 0 ? ["echo", "--inherited", name] : ["echo", "--inherited"];

        var (exitCode, _, errors) = await DemoProcess.RunAsync(arguments);

        Assert.Equal(1, exitCode);
        Assert.Equal($"Server 'echo': Cannot listen on the inherited sockets '{(name.Length > 0 ? name : "unknown")}': {text}", Assert.Single(errors));
    }

    [Fact]
    public void Children_inherit_neither_variables_nor_descriptors()
    {
        _manager.Listen("web");
        _manager.Listen("admin");

        ChildProcess.Run(StartChild, _manager);
    }

    internal static void StartChild()
    {
        Assert.Equal("2", Environment.GetEnvironmentVariable("LISTEN_FDS"));
        Assert.Equal(["3", "4"], SocketsOfChild());

        Assert.Equal(["web", "admin"], InheritedSockets.Current.Names);

        Assert.DoesNotContain("LISTEN_", OutputOf("env"), StringComparison.Ordinal);
        Assert.Empty(SocketsOfChild());
        using var server = Assert.Single(InheritedSockets.Current.Take("admin")).Take()!;
        Assert.Empty(SocketsOfChild());
        Assert.Equal(Errno.EBUSY, Assert.Throws<TcpException>(() => InheritedSockets.Current.Take("admin")).Errno);
    }

    [Fact]
    public void Descriptor_that_is_not_open_is_an_error() => ChildProcess.Run(CountTooMany, _manager);

    internal static void CountTooMany()
    {
        Environment.SetEnvironmentVariable("LISTEN_FDS", "1000000");
        Environment.SetEnvironmentVariable("LISTEN_FDNAMES", null);

        var failure = Assert.Throws<TcpException>(() => InheritedSockets.Current);

        Assert.Equal(Errno.EBADF, failure.Errno);
        Assert.Matches(@"^the environment variable LISTEN_FDS is 1000000, but descriptor \d+ is not open$", failure.Message);
        Assert.Same(failure, Assert.Throws<TcpException>(() => InheritedSockets.Current));
        Assert.Null(Environment.GetEnvironmentVariable("LISTEN_PID"));
    }

    public void Dispose()
    {
        _manager.Dispose();
        _paths.Dispose();
        _systemd.Dispose();
    }

    /// <summary>The inherited numbers that are sockets in a child of this process. Other tests may have passed it others.</summary>
    private static string[] SocketsOfChild() =>
    [
        .. OutputOf("bash", "-c", "for fd in /proc/self/fd/*; do echo \"${fd##*/} $(readlink /proc/$$/fd/${fd##*/})\"; done").Split('\n')
            .Where(line => line.Contains("socket:", StringComparison.Ordinal)).Select(line => line.Split(' ')[0]).Where(fd => fd is "3" or "4"),
    ];

    private static string OutputOf(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd();
    }

    private static async Task EchoAsync(Socket client)
    {
        using (client)
        {
            await EchoClient.EchoAsync(client, 10_000, 1, 1000, Limit);
        }
    }

    private static Task<int> StopAsync(DemoProcess demo)
    {
        demo.Signal(PosixSignal.SIGTERM);
        return demo.ExitAsync();
    }

    private Task<DemoProcess> StartAsync(params string[] arguments) =>
        DemoProcess.ListenInheritedAsync(_manager, [("NOTIFY_SOCKET", _systemd.Name), ("WATCHDOG_USEC", "200000")], arguments);

    private async Task<string> NextOtherThanWatchdogAsync()
    {
        string state;
        do
        {
            state = await _systemd.ReceiveAsync(Limit);
        }
        while (state == "WATCHDOG=1");

        return state;
    }
}
