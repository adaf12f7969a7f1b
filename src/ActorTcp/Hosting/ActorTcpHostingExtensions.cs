using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;

namespace ActorTcp.Hosting;

/// <summary>Adds ActorTcp, and servers, to an actor system of a host.</summary>
public static class ActorTcpHostingExtensions
{
    /// <summary>
    /// Takes the settings of the section <c>ActorTcp</c> (<see cref="ActorTcpConfiguration"/>); they come before what the system's HOCON
    /// has said so far. Settings that are wrong end the host's start with an <see cref="Akka.Configuration.ConfigurationException"/>
    /// that names all of them.
    /// </summary>
    /// <param name="builder">The system's builder.</param>
    /// <param name="configuration">The configuration that has the section, as a rule the host's.</param>
    /// <returns>The builder.</returns>
    public static AkkaConfigurationBuilder WithActorTcp(this AkkaConfigurationBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder
            .AddHocon(ActorTcpConfiguration.ToHocon(configuration), HoconAddMode.Prepend)
            .WithExtension<ActorTcpExtensionProvider>();
    }

    /// <summary>
    /// Adds a server. It is bound when the host starts, behind all actors, and the host does not start when it cannot be (<see
    /// cref="TcpBindException"/>). Its handlers are made by dependency injection. When the host stops, by SIGTERM for example, its
    /// connections may finish for <c>actortcp.drain-timeout</c>, and are closed then (docs/stopping.md).
    /// </summary>
    /// <typeparam name="THandler">The handler of each connection: a <see cref="TcpHandler"/>, or any actor.</typeparam>
    /// <param name="builder">The system's builder.</param>
    /// <param name="name">Its name in <see cref="TcpServers"/>, in logs and in health checks; one server each.</param>
    /// <param name="configure">Where it listens, at least.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is taken, or there is no address.</exception>
    public static AkkaConfigurationBuilder WithTcpServer<THandler>(
        this AkkaConfigurationBuilder builder,
        string name,
        Action<TcpServerOptions> configure)
        where THandler : ActorBase
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new TcpServerOptions();
        configure(options);
        if (options.EndPoints.Count + options.Hosts.Count == 0)
        {
            throw new ArgumentException($"Server '{name}' has no address to listen on", nameof(configure));
        }

        var server = new HostedTcpServer(name, options, typeof(THandler));
        HostedSetup<HostedTcpServer>.Add(builder, TcpServers.Kind, name, server);
        return builder
            .WithExtension<ActorTcpExtensionProvider>()
            .AddStartup(async (system, registry) =>
            {
                await new TcpServerStart(system, server).BindAsync().ConfigureAwait(false);
                registry.TryRegister<TcpServerKey<THandler>>(server.Listener);
            });
    }

    /// <summary>
    /// Adds a client: a connector that is made when the host starts, behind all actors and in the order in which servers and clients
    /// were added, and connects while the host goes on. Its handlers, one for each connection, are made by dependency injection. It is
    /// closed when the host stops, after the servers.
    /// </summary>
    /// <typeparam name="THandler">The handler of each connection: a <see cref="TcpHandler"/>, or any actor.</typeparam>
    /// <param name="builder">The system's builder.</param>
    /// <param name="name">Its name in <see cref="TcpClients"/>, in logs and in health checks; one client each.</param>
    /// <param name="configure">Where it connects to, at least.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is taken, or there is no host or no port.</exception>
    public static AkkaConfigurationBuilder WithTcpClient<THandler>(
        this AkkaConfigurationBuilder builder,
        string name,
        Action<TcpClientOptions> configure)
        where THandler : ActorBase
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new TcpClientOptions();
        configure(options);
        if (string.IsNullOrWhiteSpace(options.Host) || options.Port is < 1 or > 65535)
        {
            throw new ArgumentException($"Client '{name}' is to connect to '{options.Host}', port {options.Port}; it needs a host and a port from 1 to 65535", nameof(configure));
        }

        var client = new HostedTcpClient(name, options, typeof(THandler));
        HostedSetup<HostedTcpClient>.Add(builder, TcpClients.Kind, name, client);
        return builder
            .WithExtension<ActorTcpExtensionProvider>()
            .AddStartup(async (system, registry) =>
            {
                await new TcpClientStart(system, client).StartAsync().ConfigureAwait(false);
                registry.TryRegister<TcpClientKey<THandler>>(client.Connector);
            });
    }
}
