using System.CommandLine;
using System.CommandLine.Parsing;
using ActorTcp.Sockets;

namespace ActorTcp.Demo;

/// <summary>The options that every server program has.</summary>
internal sealed class ServerOptions
{
    private readonly Option<string> _host = new("--host")
    {
        Description = "The IPv4 or IPv6 address to listen on.",
        DefaultValueFactory = _ => Tcp.INADDR_LOOPBACK,
    };

    private readonly Option<int> _port = new("--port")
    {
        Description = "The port to listen on, 0 to 65535; with 0 the kernel chooses.",
        DefaultValueFactory = _ => 2049,
    };

    private readonly Option<int> _loops = new("--loops")
    {
        Description = "How many poll loops (threads) there are, 0 to 1024; 0 is as many as processors.",
        DefaultValueFactory = _ => 0,
    };

    public ServerOptions(Command command)
    {
        _host.Validators.Add(result => Check(result, _host, host => Tcp.SockAddr(host, 0) is not null, "an IPv4 or IPv6 address"));
        _port.Validators.Add(result => Check(result, _port, port => port is >= 0 and <= 65535, "a port, 0 to 65535"));
        _loops.Validators.Add(result => Check(result, _loops, loops => loops is >= 0 and <= 1024, "a number of loops, 0 to 1024"));
        command.Options.Add(_host);
        command.Options.Add(_port);
        command.Options.Add(_loops);
    }

    public SockAddr Address(ParseResult parsed) => Tcp.SockAddr(parsed.GetValue(_host)!, parsed.GetValue(_port))!;

    public int Loops(ParseResult parsed) => parsed.GetValue(_loops);

    private static void Check<T>(OptionResult result, Option<T> option, Predicate<T> rule, string expected)
    {
        // A value that is no T at all has its own error.
        if (!result.Errors.Any() && result.GetValue(option) is { } value && !rule(value))
        {
            result.AddError($"{option.Name} is '{value}', which is not {expected}");
        }
    }
}
