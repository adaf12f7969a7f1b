using System.CommandLine;
using Akka.Actor;

namespace ActorTcp.Demo;

/// <summary><c>echo</c>: sends back whatever it receives.</summary>
internal static class EchoCommand
{
    public static Command Create()
    {
        var command = new Command("echo", "A server that sends back whatever it receives.");
        var options = new ServerOptions(command);
        command.SetAction(parsed => DemoServer.RunAsync("echo", options.Address(parsed), options.Loops(parsed), Props.Create<EchoHandler>()));
        return command;
    }
}
