using System.CommandLine;
using ActorTcp.Sockets;
using Akka.Configuration;
using Akka.Hosting;

namespace ActorTcp.Demo;

/// <summary>Makes the command of a program that runs in a host and has the options <c>--host</c> and <c>--port</c>.</summary>
internal static class ServerCommand
{
    /// <param name="name">The name of the command and of the actor system.</param>
    /// <param name="description">The text for <c>--help</c>.</param>
    /// <param name="configure">Adds the servers and their actors. The first server listens on the address.</param>
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
