using System.CommandLine;
using ActorTcp.Demo.Chat;
using ActorTcp.Demo.Client;
using ActorTcp.Demo.Doc;
using ActorTcp.Demo.Echo;
using ActorTcp.Demo.Multitask;
using ActorTcp.Demo.Proxy;
using ActorTcp.Demo.Supervised;
using ActorTcp.Demo;

var root = new RootCommand("ActorTcp's demonstration programs.")
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
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine($"{parsed.Errors[0].Message} --help shows what there is.");
    return ExitCode.Usage;
}

// The programs end by signals themselves, in their own order.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
