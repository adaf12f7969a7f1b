using System.CommandLine;
using ActorTcp.Hosting;

namespace ActorTcp.Demo.Echo;

/// <summary><c>echo</c>: sends received bytes back.</summary>
internal static class EchoCommand
{
    public static Command Create() => ServerCommand.CreateWithTls(
        new Command("echo", "A server that sends received bytes back."),
        (akka, _, _, configure) => akka.WithTcpServer<EchoHandler>("echo", configure));
}
