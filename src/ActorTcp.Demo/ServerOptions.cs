using System.CommandLine;
using ActorTcp.Sockets;

namespace ActorTcp.Demo;

/// <summary>The options of every server program: the address and the port, or a Unix socket.</summary>
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

    private readonly Option<string?> _unix = UnixPath("The Unix socket to listen on instead: a path, or @ and an abstract name.");

    public ServerOptions(Command command)
    {
        command.Options.Add(_host);
        command.Options.Add(_port);
        command.Options.Add(_unix);
    }

    /// <summary>The option <c>--unix</c>.</summary>
    public static Option<string?> UnixPath(string description) => new("--unix")
    {
        Description = description,
        HelpName = "PATH",
        CustomParser = result =>
        {
            var path = result.Tokens[0].Value;
            if (!SockAddr.TryParse($"unix:{path}", out var address) || address.UnixPath is "")
            {
                result.AddError($"--unix is '{path}'; it must be a path, or @ and a name, of at most 107 bytes.");
            }

            return path;
        },
    };

    public SockAddr Of(ParseResult parsed) => parsed.GetValue(_unix) is { } path ? SockAddr.Unix(path) : Tcp.SockAddr(parsed.GetValue(_host)!, parsed.GetValue(_port))!;
}
