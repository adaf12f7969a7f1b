using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using ActorTcp.Actors;
using ActorTcp.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog;
using Serilog.Events;
using LogLevel = Akka.Event.LogLevel;

namespace ActorTcp.Demo;

/// <summary>Runs servers in a host until Ctrl-C or SIGTERM: then they accept no more, their connections may finish, and it ends.</summary>
internal static class DemoHost
{
    private const string Defaults = """
        akka.stdout-loglevel = OFF
        # What is told to somebody who has just gone is no news in a server.
        akka.log-dead-letters = off
        actortcp.drain-timeout = 2s
        """;

    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);

    /// <summary>Runs a program.</summary>
    /// <param name="config">Its configuration; its name is its actor system's, too.</param>
    /// <param name="configure">Adds the servers and what else there is.</param>
    /// <returns>An exit code.</returns>
    public static async Task<int> RunAsync(DemoConfig config, Action<AkkaConfigurationBuilder, Config> configure)
    {
        DemoLog.Open();
        var output = Console.Out;
        try
        {
            using var host = Build(config.Program, config.Read(), configure);

            // A host that cannot start writes all that it knows, stack traces included. Here one line is enough.
            using var held = new StringWriter();
            Console.SetOut(held);
            await host.StartAsync();
            Console.SetOut(output);
            await output.WriteAsync(held.ToString());

            await TellAddressesAsync(host.Services.GetRequiredService<ActorSystem>());
            await host.WaitForShutdownAsync();
            Log.Information("{Name} has ended", config.Program);
            return ExitCode.Ok;
        }
        catch (Exception failure) when (ExpectedIn(failure) is { } expected)
        {
            await Console.Error.WriteLineAsync(expected.Message);
            return expected is ConfigurationException ? ExitCode.Usage : ExitCode.Failed;
        }
        finally
        {
            Console.SetOut(output);
            await Log.CloseAndFlushAsync();
        }
    }

    private static IHost Build(string name, Config config, Action<AkkaConfigurationBuilder, Config> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddSerilog();
        builder.Services.AddAkka(name, akka =>
        {
            akka.AddHocon(config.WithFallback(ConfigurationFactory.ParseString(Defaults)), HoconAddMode.Prepend);
            akka.ConfigureLoggers(loggers =>
            {
                loggers.LogLevel = Log.IsEnabled(LogEventLevel.Debug) ? LogLevel.DebugLevel : LogLevel.InfoLevel;
                loggers.ClearLoggers();
                loggers.AddLogger<SerilogLogger>();
            });
            configure(akka, config);
        });
        return builder.Build();
    }

    /// <summary>What a user can do something about, or null.</summary>
    private static Exception? ExpectedIn(Exception failure)
    {
        for (var inner = failure; inner is not null; inner = inner.InnerException)
        {
            if (inner is ConfigurationException or TcpBindException)
            {
                return inner;
            }
        }

        return null;
    }

    private static async Task TellAddressesAsync(ActorSystem system)
    {
        foreach (var (server, bound) in system.TcpServers().All.SelectMany(server => server.Listeners.Select(bound => (server, bound))))
        {
            var listener = await bound.Listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Answer);
            Log.Information(
                "{Name:l} listens on {Address}{More:l} with {Loops} loops; Ctrl-C ends it",
                server.Name,
                bound.LocalAddress,
                listener.Ports == 1 ? "" : $" and {listener.Ports - 1} ports behind it",
                system.ActorTcp().LoopCount);
        }
    }
}
