using System.CommandLine;
using ActorTcp.Hosting;
using ActorTcp.Sockets;
using Akka.Configuration;
using Akka.Hosting;

namespace ActorTcp.Demo;

/// <summary>Makes the command of a program that runs in a host and has the options <c>--host</c> and <c>--port</c>.</summary>
internal static class ServerCommand
{
    private static readonly ProxyProtocolOptions LocalProxies = new()
    {
        Mode = ProxyProtocolMode.Required,
        TrustedNetworks = NetworkList.Parse("127.0.0.0/8, ::1"),
    };

    /// <param name="name">The name of the command and of the actor system.</param>
    /// <param name="description">The text for <c>--help</c>.</param>
    /// <param name="configure">Adds the servers and their actors. The first server listens on the address.</param>
    public static Command Create(string name, string description, Action<AkkaConfigurationBuilder, SockAddr, Config> configure) =>
        Create(new Command(name, description), (akka, address, settings, _) => configure(akka, address, settings));

    /// <summary>Makes the command of a program that also has the options for TLS, for the PROXY protocol and for inherited sockets.</summary>
    /// <param name="command">The command. Its name is that of the actor system. It may have further options.</param>
    /// <param name="configure">Adds the servers and their actors. Its last argument sets these options of a server, and the addresses to listen on.</param>
    public static Command CreateWithTls(
        Command command,
        Action<AkkaConfigurationBuilder, Config, ParseResult, Action<TcpServerOptions>> configure)
    {
        var inherited = new InheritedOption(command);
        var tls = new TlsServerOptions(command);
        var proxy = new Option<bool>("--proxy-protocol")
        {
            Description = "Requires a header of the PROXY protocol, version 1 or 2, from a proxy on this machine.",
        };
        command.Options.Add(proxy);
        return Create(command, (akka, address, settings, parsed) => configure(akka, settings, parsed, options =>
        {
            inherited.Listen(options, parsed, address);
            tls.Of(parsed)(options);
            options.ProxyProtocol = parsed.GetValue(proxy) ? LocalProxies : null;
        }));
    }

    private static Command Create(Command command, Action<AkkaConfigurationBuilder, SockAddr, Config, ParseResult> configure)
    {
        var address = new ServerOptions(command);
        var config = new ConfigOptions(command);
        command.SetAction(parsed => DemoHost.RunAsync(
            config.Of(parsed),
            (akka, settings) => configure(akka, address.Of(parsed), settings, parsed)));
        return command;
    }
}
