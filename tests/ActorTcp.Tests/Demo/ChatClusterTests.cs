namespace ActorTcp.Tests.Demo;

/// <summary>The chat on three nodes, as its users run it.</summary>
public sealed class ChatClusterTests
{
    [SkippableTheory]
    [InlineData("KILL")]
    [InlineData("STOP")]
    public async Task Node_that_ends_or_hangs_is_announced_and_its_sessions_go_on(string signal)
    {
        using var cluster = await ChatCluster.StartAsync(3);
        using var ann = await EnterAsync(ScriptedProgram.Ncat(cluster[0].Plain), "ann");
        using var carl = await EnterAsync(ScriptedProgram.Ncat(cluster[2].Plain), "carl");
        using var bob = await EnterAsync(ScriptedProgram.Client("--session", "--server", $"{cluster[2].Sessions}", "--server", $"{cluster[1].Sessions}"), "bob");
        using var dora = await EnterAsync(ScriptedProgram.Ncat(cluster[1].Plain), "dora");
        await AssertWhoAsync(ann, "* 4 in lobby: ann, bob, carl, dora");
        await bob.TypeAsync("before\n");
        await ann.ExpectAsync("<bob> before");
        await bob.ExpectAsync("<bob> before");

        cluster[2].Process.Signal(signal);

        await ann.ExpectAsync($"* carl has lost the connection: the node akka.tcp://chat@{cluster[2].NodeAddress} is down");
        await bob.TypeAsync("after\n");
        await bob.ExpectAsync("<bob> after");
        await ann.ExpectAsync("<bob> after");
        await dora.ExpectAsync("<bob> after");
        await AssertWhoAsync(ann, "* 3 in lobby: ann, bob, dora");
        await AssertWhoAsync(dora, "* 3 in lobby: ann, bob, dora");
        Assert.Single(Matches(ann.Output, "<bob> before"));
        Assert.Single(Matches(ann.Output, "<bob> after"));
    }

    [SkippableFact]
    public async Task Node_that_is_cut_off_ends_and_its_sessions_go_on_in_the_majority()
    {
        using var network = NodeNetwork.Create(3);
        using var cluster = await ChatCluster.StartInNetworkAsync(3);
        using var ann = await EnterAsync(ScriptedProgram.Ncat(cluster[0].Plain), "ann");
        using var carl = await EnterAsync(ScriptedProgram.Ncat(cluster[2].Plain), "carl");
        using var bob = await EnterAsync(ScriptedProgram.Client("--session", "--server", $"{cluster[2].Sessions}", "--server", $"{cluster[1].Sessions}"), "bob");
        await AssertWhoAsync(ann, "* 3 in lobby: ann, bob, carl");

        NodeNetwork.Cut(2);

        await ann.ExpectAsync($"* carl has lost the connection: the node akka.tcp://chat@{cluster[2].NodeAddress} is down");
        await bob.TypeAsync("after\n");
        await ann.ExpectAsync("<bob> after");
        await AssertWhoAsync(ann, "* 2 in lobby: ann, bob");
        await cluster[2].Process.ExitAsync();
        Assert.Contains(cluster[2].Process.Output, line => line.Contains("marked as DOWN. Shutting down myself", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Name_is_unique_and_a_room_is_one_on_all_nodes()
    {
        using var cluster = await ChatCluster.StartAsync(2);
        using var ann = await EnterAsync(ScriptedProgram.Ncat(cluster[0].Plain), "ann");
        using var bob = await EnterAsync(ScriptedProgram.Ncat(cluster[1].Plain), "bob");
        await AssertWhoAsync(bob, "* 2 in lobby: ann, bob");

        await bob.TypeAsync("/nick ANN\n");
        await bob.ExpectAsync($"! 'ANN' is the name of a person at akka.tcp://chat@{cluster[0].NodeAddress}; a name must be unique.");
        await bob.TypeAsync("/join garden\n");
        await ann.ExpectAsync("* bob has moved to garden");
        await AssertWhoAsync(ann, "* 1 in lobby: ann");
        await ann.TypeAsync("/join garden\n");
        await bob.ExpectAsync("* ann has entered garden");
        await ann.TypeAsync("hello\n");
        await bob.ExpectAsync("<ann> hello");
        await ann.TypeAsync("/quit\n");
        await bob.ExpectAsync("* ann has left");
        await AssertWhoAsync(bob, "* 1 in garden: bob");
    }

    [Fact]
    public async Task Chat_on_one_node_loads_no_assembly_of_a_cluster()
    {
        var (demo, address) = await DemoProcess.ListenAsync("chat", "--port", "0");
        using var _ = demo;
        using var client = ScriptedProgram.Client(address);
        await client.TypeAsync("/nick ann\n");
        await client.ExpectAsync("* guest-1 is now ann");

        var maps = await File.ReadAllTextAsync($"/proc/{demo.Id}/maps");

        Assert.Contains("/ActorTcp.dll", maps, StringComparison.Ordinal);
        Assert.DoesNotContain("Cluster", maps, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--seed is set; it needs --cluster.", "--seed", "127.0.0.1:1")]
    [InlineData("--session-port is set; it needs --cluster.", "--session-port", "1")]
    [InlineData("--seed is '127.0.0.1'; it must be HOST:PORT with a port from 1 to 65535.", "--cluster", "--seed", "127.0.0.1")]
    [InlineData("--unix is set; it cannot be used with --cluster, which listens on two ports.", "--cluster", "--unix", "@x")]
    public async Task Wrong_option_is_answered_with_the_rule(string error, params string[] options)
    {
        var (exitCode, _, errors) = await DemoProcess.RunAsync(["chat", .. options]);

        Assert.NotEqual(0, exitCode);
        Assert.StartsWith(error, errors[0], StringComparison.Ordinal);
    }

    private static async Task<ScriptedProgram> EnterAsync(ScriptedProgram client, string name)
    {
        await client.TypeAsync($"/nick {name}\n");
        await client.ExpectAsync($" is now {name}");
        return client;
    }

    /// <summary>Asks until the answer is right. Another node knows of a person a moment later.</summary>
    private static Task AssertWhoAsync(ScriptedProgram client, string wanted) => Eventually.HoldsAsync(
        async () =>
        {
            await client.TypeAsync("/who\n");
            await client.ExpectAsync(" in ");
            await client.ExpectAsync("\n");
            return Matches(client.Output, wanted).Any();
        },
        () => $"'{wanted}' did not appear in:\n{client.Output}");

    private static IEnumerable<string> Matches(string output, string line) => output.Split('\n').Where(each => each.TrimEnd('\r') == line);
}
