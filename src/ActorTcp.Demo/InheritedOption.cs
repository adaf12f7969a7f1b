using System.CommandLine;
using ActorTcp.Hosting;
using ActorTcp.Sockets;

namespace ActorTcp.Demo;

/// <summary>The option of a server program for sockets that it inherits from systemd.</summary>
internal sealed class InheritedOption
{
    private readonly Option<string?> _inherited = new("--inherited")
    {
        Description = "Listens on the sockets that systemd passes to the program instead: those with this name, or all of them.",
        HelpName = "NAME",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public InheritedOption(Command command) => command.Options.Add(_inherited);

    /// <summary>Adds the inherited sockets to a server if the command line asks for them, otherwise the address.</summary>
    public void Listen(TcpServerOptions options, ParseResult parsed, SockAddr address)
    {
        if (parsed.GetResult(_inherited) is null)
        {
            options.EndPoints.Add(address);
            return;
        }

        // Without a socket the name of nameless ones is used, so that the program ends with the reason.
        IEnumerable<string> names = parsed.GetValue(_inherited) is { } name ? [name] : InheritedSockets.Current.Names.DefaultIfEmpty("unknown");
        foreach (var each in names)
        {
            options.ListenInherited(each);
        }
    }
}
