using System.Text.RegularExpressions;

namespace ActorTcp.Tests.Demo;

/// <summary>Processes of the chat that form a cluster on this machine.</summary>
internal sealed partial class ChatCluster : IDisposable
{
    private static readonly string[] AnyPorts = ["--port", "0", "--session-port", "0", "--node-port", "0", "--loops", "1"];

    private readonly List<ChatNode> _nodes = [];

    public ChatNode this[int node] => _nodes[node];

    public static async Task<ChatCluster> StartAsync(int nodes)
    {
        var cluster = new ChatCluster();
        for (var i = 0; i < nodes; i++)
        {
            string[] seed = i == 0 ? [] : ["--seed", $"{cluster[0].NodeAddress}"];
            await cluster.AddAsync(DemoProcess.Start(["chat", "--cluster", .. AnyPorts, .. seed]));
        }

        await cluster.AwaitFormedAsync();
        return cluster;
    }

    /// <summary>Starts each node in its namespace of a <see cref="NodeNetwork"/>.</summary>
    public static async Task<ChatCluster> StartInNetworkAsync(int nodes)
    {
        var cluster = new ChatCluster();
        for (var i = 0; i < nodes; i++)
        {
            var address = NodeNetwork.AddressOf(i);
            string[] seed = i == 0 ? [] : ["--seed", $"{cluster[0].NodeAddress}"];
            await cluster.AddAsync(DemoProcess.StartIn(
                NodeNetwork.NameOf(i),
                ["chat", "--cluster", "--host", address, "--node-host", address, .. AnyPorts, .. seed]));
        }

        await cluster.AwaitFormedAsync();
        return cluster;
    }

    public void Dispose() => _nodes.ForEach(node => node.Process.Dispose());

    private async Task AddAsync(DemoProcess process) => _nodes.Add(new ChatNode(
        process,
        await AddressAsync(process, Chat()),
        await AddressAsync(process, Sessions()),
        await AddressAsync(process, Remoting())));

    /// <summary>Any of the nodes can be the leader.</summary>
    private Task AwaitFormedAsync() => Eventually.HoldsAsync(
        () => _nodes.Sum(node => node.Process.Output.Count(IsUp)) == _nodes.Count,
        () => $"the cluster of {_nodes.Count} nodes was not formed");

    private static bool IsUp(string line) => line.Contains("Leader is moving node [Up]", StringComparison.Ordinal);

    private static async Task<IPEndPoint> AddressAsync(DemoProcess process, Regex line)
    {
        await process.AwaitLineAsync(line.IsMatch);
        return IPEndPoint.Parse(line.Match(process.Output.First(line.IsMatch)).Groups[1].Value);
    }

    [GeneratedRegex(@" chat listens on (\S+:\d+) ")]
    private static partial Regex Chat();

    [GeneratedRegex(@" chat-sessions listens on (\S+:\d+) ")]
    private static partial Regex Sessions();

    [GeneratedRegex(@"Remoting started; listening on addresses : \[akka\.tcp://chat@(\S+:\d+)\]")]
    private static partial Regex Remoting();
}

/// <summary>A node of a <see cref="ChatCluster"/>.</summary>
/// <param name="Process">Its process.</param>
/// <param name="Plain">The address for clients without sessions.</param>
/// <param name="Sessions">The address for clients with sessions.</param>
/// <param name="NodeAddress">The address for the other nodes.</param>
internal sealed record ChatNode(DemoProcess Process, IPEndPoint Plain, IPEndPoint Sessions, IPEndPoint NodeAddress);
