using System.CommandLine;
using System.Globalization;
using ActorTcp.Sockets;

namespace ActorTcp.Demo;

/// <summary>The options that every server program has.</summary>
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

    private readonly Option<int> _port = Number(
        "--port",
        "The port to listen on, 0 to 65535; with 0 the kernel chooses.",
        2049,
        65535);

    private readonly Option<int> _loops = Number(
        "--loops",
        "How many poll loops (threads) there are, 0 to 1024; 0 is as many as processors.",
        0,
        1024);

    public ServerOptions(Command command, bool hasLoops = true)
    {
        command.Options.Add(_host);
        command.Options.Add(_port);
        if (hasLoops)
        {
            command.Options.Add(_loops);
        }
    }

    public SockAddr Address(ParseResult parsed) => Tcp.SockAddr(parsed.GetValue(_host)!, parsed.GetValue(_port))!;

    public int Loops(ParseResult parsed) => parsed.GetValue(_loops);

    private static Option<int> Number(string name, string description, int otherwise, int most) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > most)
            {
                result.AddError($"{name} is '{text}', which is not a whole number from 0 to {most}.");
            }

            return number;
        },
    };
}
