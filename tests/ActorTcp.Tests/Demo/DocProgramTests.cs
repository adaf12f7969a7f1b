namespace ActorTcp.Tests.Demo;

/// <summary>The programs of the documentation, run as a user runs them.</summary>
public sealed class DocProgramTests
{
    [Theory]
    [InlineData("doc-server")]
    [InlineData("doc-server", "--actors")]
    [InlineData("doc-multitask")]
    [InlineData("doc-multitask", "--threads")]
    public async Task Server_prints_what_the_client_sends_and_exits_on_a_signal(string server, params string[] options)
    {
        var (demo, address) = await DemoProcess.ListenAsync([server, .. options, "--port", "0"]);
        using (demo)
        {
            var client = await DemoProcess.RunAsync("doc-client", "--port", address.Port.ToString(CultureInfo.InvariantCulture));
            Assert.Equal((0, $"Connected to {address}"), (client.ExitCode, Assert.Single(client.Output)));

            await demo.AwaitLineAsync(line => line.Contains("Client lost: 127.0.0.1:", StringComparison.Ordinal));
            Assert.Contains(demo.Output, line => line.StartsWith("New client: 127.0.0.1:", StringComparison.Ordinal));
            Assert.Equal("Hello I am client ^_^Goodbye!", string.Concat(demo.Output.Select(Said)));
            demo.Signal(PosixSignal.SIGTERM);
            Assert.Equal(0, await demo.ExitAsync());
            Assert.Empty(demo.Errors);
        }
    }

    [Fact]
    public async Task Two_tasks_accept_the_clients_in_turn()
    {
        var (demo, address) = await DemoProcess.ListenAsync("doc-multitask", "--port", "0");
        using (demo)
        {
            for (var i = 0; i < 6; i++)
            {
                using var client = await Connect(address);
                await client.SendAsync("x"u8.ToArray());
                var expected = $"Task {i % 2} Client: 127.0.0.1 Say: x";
                await demo.AwaitLineAsync(line => line == expected, (i / 2) + 1);
            }

            demo.Signal(PosixSignal.SIGINT);
            Assert.Equal(0, await demo.ExitAsync());
        }
    }

    [SkippableTheory]
    [InlineData]
    [InlineData("--actors")]
    public async Task Server_prints_what_ncat_sends(params string[] options)
    {
        var (demo, address) = await DemoProcess.ListenAsync(["doc-server", .. options, "--port", "0"]);
        using (demo)
        using (var ncat = ScriptedProgram.Ncat(address))
        {
            await ncat.TypeAsync("Hello I am ncat");
            await demo.AwaitLineAsync(line => line == "Client: 127.0.0.1 Say: Hello I am ncat");
            ncat.EndInput();
            await demo.AwaitLineAsync(line => line.StartsWith("Client lost: 127.0.0.1:", StringComparison.Ordinal));
            Assert.Equal(0, await ncat.ExitAsync());
            demo.Signal(PosixSignal.SIGTERM);
            Assert.Equal(0, await demo.ExitAsync());
            Assert.Empty(demo.Errors);
        }
    }

    [Theory]
    [InlineData("doc-server")]
    [InlineData("doc-server", "--actors")]
    [InlineData("doc-multitask")]
    [InlineData("doc-multitask", "--threads")]
    public async Task Letter_that_arrives_in_two_packets_is_printed_as_one(string server, params string[] options)
    {
        var (demo, address) = await DemoProcess.ListenAsync([server, .. options, "--port", "0"]);
        using var _ = demo;
        using var client = await Connect(address);
        var bytes = "caf\u00e9"u8.ToArray();
        await client.SendAsync(bytes.AsMemory(0, 4));
        await demo.AwaitLineAsync(line => line.EndsWith(" Say: caf", StringComparison.Ordinal));
        await client.SendAsync(bytes.AsMemory(4));
        await demo.AwaitLineAsync(line => line.EndsWith(" Say: \u00e9", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData]
    [InlineData("--actors")]
    public async Task Client_sends_hello_and_goodbye_to_ncat(params string[] options)
    {
        var address = new IPEndPoint(LoopbackAddress.Next(), 2049);
        using var ncat = ScriptedProgram.Ncat(address, "-l");
        var client = await DemoProcess.RunAsync(["doc-client", .. options, "--host", $"{address.Address}"]);
        while (client.ExitCode != 0)
        {
            // The server does not listen yet.
            Assert.Equal($"Cannot connect to {address}: Connection refused.", Assert.Single(client.Errors));
            client = await DemoProcess.RunAsync(["doc-client", .. options, "--host", $"{address.Address}"]);
        }

        Assert.Equal($"Connected to {address}", Assert.Single(client.Output));
        await ncat.ExpectAsync("Hello I am client ^_^Goodbye!");
    }

    [SkippableTheory]
    [InlineData]
    [InlineData("--threads")]
    public async Task Tasks_serve_ncat_while_other_clients_connect_and_disconnect(params string[] options)
    {
        var (demo, address) = await DemoProcess.ListenAsync(["doc-multitask", .. options, "--port", "0"]);
        using (demo)
        using (var first = ScriptedProgram.Ncat(address))
        using (var second = ScriptedProgram.Ncat(address))
        {
            await first.TypeAsync("first\n");
            await second.TypeAsync("second\n");
            await demo.AwaitLineAsync(line => line.EndsWith(" Say: first", StringComparison.Ordinal));
            await demo.AwaitLineAsync(line => line.EndsWith(" Say: second", StringComparison.Ordinal));
            first.EndInput();
            await demo.AwaitLineAsync(line => line.Contains("Client lost: 127.0.0.1:", StringComparison.Ordinal));
            await second.TypeAsync("still here\n");
            await demo.AwaitLineAsync(line => line.EndsWith(" Say: still here", StringComparison.Ordinal));

            demo.Signal(PosixSignal.SIGTERM);
            Assert.Equal(0, await demo.ExitAsync());
            Assert.Equal(["Task 0", "Task 1"], demo.Output.Where(line => line.Contains(" Say: ", StringComparison.Ordinal)).Select(line => line[..6]).Distinct().Order());
            Assert.Empty(demo.Errors);
        }
    }

    [Fact]
    public async Task Failed_listen_or_connect_prints_one_line()
    {
        var (demo, address) = await DemoProcess.ListenAsync("doc-server", "--port", "0");
        using (demo)
        {
            var port = address.Port.ToString(CultureInfo.InvariantCulture);
            foreach (var server in new[] { "doc-server", "doc-multitask" })
            {
                var second = await DemoProcess.RunAsync(server, "--port", port);
                Assert.Equal((1, $"Cannot listen on {address}: Address already in use."), (second.ExitCode, Assert.Single(second.Errors)));
            }
        }

        var refusing = LoopbackAddress.Refusing.ToIPEndPoint();
        var client = await DemoProcess.RunAsync("doc-client", "--host", refusing.Address.ToString(), "--port", $"{refusing.Port}");
        Assert.Equal((1, $"Cannot connect to {refusing}: Connection refused."), (client.ExitCode, Assert.Single(client.Errors)));
    }

    private static async Task<Socket> Connect(IPEndPoint address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address);
        return socket;
    }

    private static string Said(string line) => line.IndexOf(" Say: ", StringComparison.Ordinal) is >= 0 and var at ? line[(at + " Say: ".Length)..] : "";
}
