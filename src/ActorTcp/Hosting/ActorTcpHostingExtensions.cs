using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;

namespace ActorTcp.Hosting;

/// <summary>Adds ActorTcp, its servers and its clients to the actor system of a host.</summary>
public static class ActorTcpHostingExtensions
{
    /// <summary>Adds the settings of the section <c>ActorTcp</c> of .NET's configuration (<see cref="ActorTcpConfiguration"/>).</summary>
    /// <remarks>
    /// These settings override the HOCON that was added to the builder before. If settings are wrong, the host does not start: it throws an
    /// <see cref="Akka.Configuration.ConfigurationException"/> that lists all of them.
    /// </remarks>
    /// <param name="builder">The builder of the actor system.</param>
    /// <param name="configuration">The configuration that contains the section, usually the one of the host.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static AkkaConfigurationBuilder WithActorTcp(this AkkaConfigurationBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder
            .AddHocon(ActorTcpConfiguration.ToHocon(configuration), HoconAddMode.Prepend)
            .WithExtension<ActorTcpExtensionProvider>();
    }

    /// <summary>Adds a server, which is bound when the host starts.</summary>
    /// <remarks>
    /// <para>The server is bound after the actors that were added before it have started. If it cannot be bound, the host does not start: it
    /// throws a <see cref="TcpBindException"/>. The handlers are created by dependency injection.</para>
    /// <para>When the host stops, for example on SIGTERM, the connections have <c>actortcp.drain-timeout</c> to finish. They are closed after
    /// that (docs/stopping.md).</para>
    /// </remarks>
    /// <typeparam name="THandler">The class of the handlers, one for each connection: a <see cref="TcpHandler"/>, or any actor.</typeparam>
    /// <param name="builder">The builder of the actor system.</param>
    /// <param name="name">The unique name of the server in <see cref="TcpServers"/>, in logs and in health checks.</param>
    /// <param name="configure">Sets the options of the server, at least one address, host or name of inherited sockets.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">A server with this name exists, or the options have no address.</exception>
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
        if (options.ListenerCount == 0)
        {
            throw new ArgumentException($"Server '{name}' has 0 addresses to listen on; it must have at least 1", nameof(configure));
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

    /// <summary>Adds a client: a connector that is started with the host.</summary>
    /// <remarks>
    /// <para>Servers and clients start in the order in which they are added, after the actors that were added before them. The start of the
    /// host does not wait until the client is connected. The handlers are created by dependency injection.</para>
    /// <para>When the host stops, the client is closed after the servers have stopped (docs/stopping.md).</para>
    /// </remarks>
    /// <typeparam name="THandler">The class of the handlers, one for each connection: a <see cref="TcpHandler"/>, or any actor.</typeparam>
    /// <param name="builder">The builder of the actor system.</param>
    /// <param name="name">The unique name of the client in <see cref="TcpClients"/>, in logs and in health checks.</param>
    /// <param name="configure">Sets the options of the client, at least the host and the port.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">A client with this name exists, or the options have no host or no valid port.</exception>
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
            throw new ArgumentException($"Client '{name}' has the host '{options.Host}' and the port {options.Port}; the host must not be empty, and the port must be 1 to 65535", nameof(configure));
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
