using System.CommandLine;
using ActorTcp.Hosting;

namespace ActorTcp.Demo.Echo;

/// <summary><c>echo</c>: sends received bytes back.</summary>
internal static class EchoCommand
{
    public static Command Create() => ServerCommand.Create(
        "echo",
        "A server that sends received bytes back.",
        (akka, address, _) => akka.WithTcpServer<EchoHandler>("echo", options => options.EndPoints.Add(address)));
}
