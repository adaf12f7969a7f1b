namespace ActorTcp.Tests.Demo;

/// <summary>A network namespace for each node, connected by a bridge, so that a node can be cut off. Needs root and <c>ip</c>.</summary>
internal sealed class NodeNetwork : IDisposable
{
    private const string Subnet = "10.77.0";

    private readonly int _nodes;

    private NodeNetwork(int nodes) => _nodes = nodes;

    /// <summary>Makes the network, or skips the test if that is not allowed.</summary>
    public static NodeNetwork Create(int nodes)
    {
        ScriptedProgram.SkipUnlessInstalled("ip");
        var network = new NodeNetwork(nodes);
        try
        {
            Skip.IfNot(TryIp($"link add {Bridge} type bridge"), "no network namespace can be made here");
            Ip($"addr add {Subnet}.254/24 dev {Bridge}");
            Ip($"link set {Bridge} up");
            for (var node = 0; node < nodes; node++)
            {
                Ip($"netns add {NameOf(node)}");
                Ip($"link add {CableOf(node)} type veth peer name eth0 netns {NameOf(node)}");
                Ip($"link set {CableOf(node)} master {Bridge} up");
                Ip($"-n {NameOf(node)} addr add {AddressOf(node)}/24 dev eth0");
                Ip($"-n {NameOf(node)} link set eth0 up");
                Ip($"-n {NameOf(node)} link set lo up");
            }

            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The bridge has the number of the process in its name, so that two runs of the tests do not meet.</summary>
    private static string Bridge => $"at{Environment.ProcessId}";

    /// <summary>The namespace of a node.</summary>
    public static string NameOf(int node) => $"{Bridge}n{node}";

    /// <summary>The address of a node.</summary>
    public static string AddressOf(int node) => $"{Subnet}.{node + 1}";

    /// <summary>Cuts a node off from all others.</summary>
    public static void Cut(int node) => Ip($"link set {CableOf(node)} down");

    public void Dispose()
    {
        for (var node = 0; node < _nodes; node++)
        {
            TryIp($"netns del {NameOf(node)}");
            TryIp($"link del {CableOf(node)}");
        }

        TryIp($"link del {Bridge}");
    }

    private static string CableOf(int node) => $"{Bridge}v{node}";

    private static void Ip(string arguments) => Assert.True(TryIp(arguments), $"ip {arguments} failed");

    private static bool TryIp(string arguments)
    {
        var start = new ProcessStartInfo("ip", arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var ip = Process.Start(start)!;
        ip.WaitForExit();
        return ip.ExitCode == 0;
    }
}
