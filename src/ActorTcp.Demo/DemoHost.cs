using ActorTcp.Hosting;
using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using AkkaLogLevel = Akka.Event.LogLevel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Serilog;

namespace ActorTcp.Demo;

/// <summary>
/// Runs servers in a host until Ctrl-C or SIGTERM. Then the servers stop accepting, their connections may finish, and the host stops. A second
/// signal ends the process at once.
/// </summary>
internal static class DemoHost
{
    private const string Defaults = """
        akka.stdout-loglevel = OFF
        # In a server, messages to connections that have just closed are normal.
        akka.log-dead-letters = off
        actortcp.drain-timeout = 2s
        """;

    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);

    /// <summary>Runs a program.</summary>
    /// <param name="config">The configuration. Its program name is also the name of the actor system.</param>
    /// <param name="configure">Adds the servers and their actors.</param>
    /// <returns>An exit code.</returns>
    public static async Task<int> RunAsync(DemoConfig config, Action<AkkaConfigurationBuilder, Config> configure)
    {
        var output = Console.Out;
        try
        {
            using var host = Build(config.Program, config.Read(), configure);

            // A host that cannot start logs stack traces. For a user of the demos one line is enough.
            var held = new StringWriter();
            Console.SetOut(held);
            await host.StartAsync();
            Console.SetOut(output);
            await output.WriteAsync(held.ToString());
            using var ending = new ShutdownSignal();
            using var stopping = ending.Token.Register(host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication);

            await LogAddressesAsync(host.Services.GetRequiredService<ActorSystem>());

            // UseSystemd would send these too, but with a lifetime of its own, which ignores a second signal.
            var systemd = new SystemdNotifier();
            using var leaving = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => systemd.Notify(ServiceState.Stopping));
            systemd.Notify(ServiceState.Ready);
            await host.WaitForShutdownAsync();
            Log.Information("{Name} has ended", config.Program);
            return ExitCode.Ok;
        }
        catch (Exception failure) when (ExpectedIn(failure) is { } expected)
        {
            await Console.Error.WriteLineAsync(expected.Message);
            return expected is ConfigurationException ? ExitCode.Usage : ExitCode.Failed;
        }
    }

    private static IHost Build(string name, Config config, Action<AkkaConfigurationBuilder, Config> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);

        // Environment variables override the file: Serilog__MinimumLevel__Default=Debug logs each connection.
        builder.Configuration
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "config", "serilog.json"))
            .AddEnvironmentVariables();
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddSerilog(serilog => serilog.ReadFrom.Configuration(builder.Configuration));
        builder.Services.AddActorTcpSystemdWatchdog();
        builder.Services.AddAkka(name, (akka, services) =>
        {
            akka.AddHocon(config.WithFallback(ConfigurationFactory.ParseString(Defaults)), HoconAddMode.Prepend);
            akka.ConfigureLoggers(loggers =>
            {
                var logsDebug = services.GetRequiredService<ILogger<ActorSystem>>().IsEnabled(LogLevel.Debug);
                loggers.LogLevel = logsDebug ? AkkaLogLevel.DebugLevel : AkkaLogLevel.InfoLevel;
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            });
            configure(akka, config);
        });
        return builder.Build();
    }

    /// <summary>The cause that a user can correct, or null.</summary>
    private static Exception? ExpectedIn(Exception failure)
    {
        for (var inner = failure; inner is not null; inner = inner.InnerException)
        {
            if (inner is ConfigurationException or TcpBindException or TcpException)
            {
                return inner;
            }
        }

        return null;
    }

    private static async Task LogAddressesAsync(ActorSystem system)
    {
        foreach (var (server, bound) in system.TcpServers().All.SelectMany(server => server.Listeners.Select(bound => (server, bound))))
        {
            var listener = await bound.Listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Answer);
            Log.Information(
                "{Name} listens on {Address}{More} with {Loops} loops; Ctrl-C ends it",
                server.Name,
                string.Join(", ", bound.LocalAddresses),
                listener.InheritedName is { } inherited ? $" (inherited as {inherited})" : listener.Ports == 1 ? "" : $" and {listener.Ports - 1} ports after it",
                system.ActorTcp().LoopCount);
        }
    }

    /// <summary>Replaces the lifetime of the host, which ignores a second signal. <see cref="ShutdownSignal"/> receives the signals.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
