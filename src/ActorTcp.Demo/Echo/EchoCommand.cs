using System.CommandLine;
using ActorTcp.Hosting;

namespace ActorTcp.Demo.Echo;

/// <summary><c>echo</c>: sends back whatever it receives.</summary>
internal static class EchoCommand
{
    public static Command Create()
    {
        var command = new Command("echo", "A server that sends back whatever it receives.");
        var address = new ServerOptions(command);
        var config = new ConfigOptions(command);
        command.SetAction(parsed => DemoHost.RunAsync("echo", () => config.Read(parsed), (akka, _) => akka
            .WithTcpServer<EchoHandler>("echo", options => options.EndPoints.Add(address.Of(parsed)))));
        return command;
    }
}
