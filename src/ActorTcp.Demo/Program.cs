using System.CommandLine;
using ActorTcp.Demo.Chat;
using ActorTcp.Demo.Client;
using ActorTcp.Demo.Doc;
using ActorTcp.Demo.Echo;
using ActorTcp.Demo.Multitask;
using ActorTcp.Demo.Proxy;
using ActorTcp.Demo.Supervised;
using ActorTcp.Demo;

var root = new RootCommand("The demo programs of ActorTcp.")
{
    EchoCommand.Create(),
    ChatCommand.Create(),
    SupervisedCommand.Create(),
    MultitaskCommand.Create(),
    ProxyCommand.Create(),
    ClientCommand.Create(),
    DocServerCommand.Create(),
    DocClientCommand.Create(),
    DocMultitaskCommand.Create(),
};

// An argument such as @name is the abstract name of a Unix socket, not a file with arguments.
var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine($"{parsed.Errors[0].Message} Use --help for the commands and options.");
    return ExitCode.Usage;
}

// The programs handle signals themselves, so that they can close their connections first.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
