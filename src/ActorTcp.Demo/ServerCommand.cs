using System.CommandLine;
using ActorTcp.Sockets;
using Akka.Configuration;
using Akka.Hosting;

namespace ActorTcp.Demo;

/// <summary>Makes the command of a program that listens where <c>--host</c> and <c>--port</c> say, in a host.</summary>
internal static class ServerCommand
{
    /// <param name="name">The command, and the program's actor system.</param>
    /// <param name="description">What <c>--help</c> says of it.</param>
    /// <param name="configure">Adds its servers, the first one at that address, and what else there is.</param>
    public static Command Create(string name, string description, Action<AkkaConfigurationBuilder, SockAddr, Config> configure)
    {
        var command = new Command(name, description);
        var address = new ServerOptions(command);
        var config = new ConfigOptions(command);
        command.SetAction(parsed => DemoHost.RunAsync(
            config.Of(parsed),
            (akka, settings) => configure(akka, address.Of(parsed), settings)));
        return command;
    }
}
