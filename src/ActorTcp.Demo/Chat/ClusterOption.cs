using System.CommandLine;

namespace ActorTcp.Demo.Chat;

/// <summary>The options of a program that can be a node of a cluster.</summary>
internal sealed class ClusterOption
{
    private readonly Option<bool> _cluster = new("--cluster") { Description = "Forms a cluster with other processes of this program. Clients can use 'client --session'." };

    private readonly Option<string> _host = new("--node-host")
    {
        Description = "With --cluster: the address by which the other nodes reach this one.",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private readonly Option<int> _port = ConfigOptions.Number("--node-port", "With --cluster: the port for the other nodes, 0 to 65535. With 0 the kernel chooses a port.", 0, 65535);

    private readonly Option<HostAndPort[]> _seeds = new("--seed")
    {
        Description = "With --cluster: a node to join, HOST:PORT. May be given several times, and all nodes should have the same list. Without one, the node is the first.",
        HelpName = "HOST:PORT",
        DefaultValueFactory = _ => [],
        CustomParser = HostAndPort.ParseAll("--seed"),
    };

    public ClusterOption(Command command)
    {
        command.Options.Add(_cluster);
        command.Options.Add(_host);
        command.Options.Add(_port);
        command.Options.Add(_seeds);
        command.Validators.Add(result =>
        {
            foreach (Option option in (Option[])[_host, _port, _seeds])
            {
                if (!result.GetValue(_cluster) && result.GetResult(option) is { Implicit: false })
                {
                    result.AddError($"{option.Name} is set; it needs --cluster.");
                }
            }
        });
    }

    /// <summary>The node that the command line asks for; null: no cluster.</summary>
    public ClusterNode? Of(ParseResult parsed) => parsed.GetValue(_cluster)
        ? new ClusterNode(new HostAndPort(parsed.GetValue(_host)!, parsed.GetValue(_port)), parsed.GetValue(_seeds)!)
        : null;
}

/// <summary>A node of a cluster.</summary>
/// <param name="Address">Its own address. With port 0 the kernel chooses a port.</param>
/// <param name="Seeds">The nodes to join; empty: it is the first.</param>
internal sealed record ClusterNode(HostAndPort Address, IReadOnlyList<HostAndPort> Seeds);
