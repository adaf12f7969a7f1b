using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace ActorTcp.Demo.Chat;

/// <summary>The options of a program that can be a node of a cluster.</summary>
internal sealed class ClusterOption
{
    private readonly Option<bool> _cluster = new("--cluster") { Description = "Forms a cluster with other processes of this program. Also listens for clients with sessions ('client --session')." };

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

    private readonly Option<int?> _sessionPort = new("--session-port")
    {
        Description = "With --cluster: the port for clients with sessions, 0 to 65535. By default it is the next one after --port.",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue)
            {
                return port;
            }

            result.AddError($"--session-port is '{text}'; it must be a whole number from 0 to 65535.");
            return null;
        },
    };

    public ClusterOption(Command command)
    {
        command.Options.Add(_cluster);
        command.Options.Add(_host);
        command.Options.Add(_port);
        command.Options.Add(_seeds);
        command.Options.Add(_sessionPort);
        command.Validators.Add(result =>
        {
            foreach (var symbol in result.Children.OfType<OptionResult>().Where(child => child is { Implicit: false, Option.Name: "--unix" or "--inherited" }))
            {
                if (result.GetValue(_cluster))
                {
                    result.AddError($"{symbol.Option.Name} is set; it cannot be used with --cluster, which listens on two ports.");
                }
            }

            foreach (Option option in (Option[])[_host, _port, _seeds, _sessionPort])
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
        ? new ClusterNode(new HostAndPort(parsed.GetValue(_host)!, parsed.GetValue(_port)), parsed.GetValue(_seeds)!, parsed.GetValue(_sessionPort))
        : null;
}

/// <summary>A node of a cluster.</summary>
/// <param name="Address">Its own address. With port 0 the kernel chooses a port.</param>
/// <param name="Seeds">The nodes to join; empty: it is the first.</param>
/// <param name="SessionPort">The port for clients with sessions; null: the next one after the port of the other clients.</param>
internal sealed record ClusterNode(HostAndPort Address, IReadOnlyList<HostAndPort> Seeds, int? SessionPort);
