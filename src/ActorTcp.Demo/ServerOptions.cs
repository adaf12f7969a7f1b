using System.CommandLine;
using ActorTcp.Sockets;

namespace ActorTcp.Demo;

/// <summary>The options of every server program: the address and the port.</summary>
internal sealed class ServerOptions
{
    private readonly Option<string> _host = new("--host")
    {
        Description = "The IPv4 or IPv6 address to listen on.",
        DefaultValueFactory = _ => Tcp.INADDR_LOOPBACK,
        CustomParser = result =>
        {
            var host = result.Tokens[0].Value;
            if (Tcp.SockAddr(host, 0) is null)
            {
                result.AddError($"--host is '{host}'; it must be an IPv4 or IPv6 address.");
            }

            return host;
        },
    };

    private readonly Option<int> _port = ConfigOptions.Number(
        "--port",
        "The port to listen on, 0 to 65535. With 0 the kernel chooses a port.",
        2049,
        65535);

    public ServerOptions(Command command)
    {
        command.Options.Add(_host);
        command.Options.Add(_port);
    }

    public SockAddr Of(ParseResult parsed) => Tcp.SockAddr(parsed.GetValue(_host)!, parsed.GetValue(_port))!;
}
