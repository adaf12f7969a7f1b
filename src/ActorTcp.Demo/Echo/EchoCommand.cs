using System.CommandLine;
using ActorTcp.Hosting;

namespace ActorTcp.Demo.Echo;

/// <summary><c>echo</c>: sends back whatever it receives.</summary>
internal static class EchoCommand
{
    public static Command Create() => ServerCommand.Create(
        "echo",
        "A server that sends back whatever it receives.",
        (akka, address, _) => akka.WithTcpServer<EchoHandler>("echo", options => options.EndPoints.Add(address)));
}
