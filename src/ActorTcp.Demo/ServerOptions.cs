using System.CommandLine;
using ActorTcp.Sockets;

namespace ActorTcp.Demo;

/// <summary>Where a server listens: the options that every server program has.</summary>
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
                result.AddError($"--host is '{host}', which is not an IPv4 or IPv6 address.");
            }

            return host;
        },
    };

    private readonly Option<int> _port = ConfigOptions.Number(
        "--port",
        "The port to listen on, 0 to 65535; with 0 the kernel chooses.",
        2049,
        65535);

    public ServerOptions(Command command)
    {
        command.Options.Add(_host);
        command.Options.Add(_port);
    }

    public SockAddr Of(ParseResult parsed) => Tcp.SockAddr(parsed.GetValue(_host)!, parsed.GetValue(_port))!;
}
