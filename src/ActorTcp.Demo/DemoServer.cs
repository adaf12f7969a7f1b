using Akka.Actor;
using Akka.Configuration;
using ActorTcp.Actors;
using ActorTcp.Sockets;
using Serilog;

namespace ActorTcp.Demo;

/// <summary>Runs a server until Ctrl-C or SIGTERM: then it accepts no more, lets the connections finish for a moment and ends.</summary>
internal static class DemoServer
{
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(string name, SockAddr address, int loops, Props handler)
    {
        Log.Logger = new LoggerConfiguration()
            .WriteTo.Console(outputTemplate: "[{Timestamp:HH:mm:ss} {Level:u3}] {Message:lj}{NewLine}{Exception}")
            .CreateLogger();
        using var ending = new EndSignal();
        var system = ActorSystem.Create(name, Configuration(loops));
        try
        {
            var tcp = system.ActorTcp();
            var answer = await tcp.Manager.Ask<object>(new ListenerProtocol.Bind(address, handler), Answer);
            if (answer is not ListenerProtocol.Bound bound)
            {
                Console.Error.WriteLine(answer is ListenerProtocol.BindFailed failed ? failed.Text : $"Cannot listen: {answer}");
                return ExitCode.Failed;
            }

            Log.Information("{Name} listens on {Address} with {Loops} loops; Ctrl-C ends it", name, bound.LocalAddress, tcp.LoopCount);
            var signal = await ending.Task;
            Log.Information("{Signal}: no more connections are accepted", signal);
            var drained = await bound.Listener.Ask<ListenerProtocol.Drained>(new ListenerProtocol.Drain(Moment), Answer);
            Log.Information(
                "Ended: {Finished} connections finished by themselves, {Closed} were closed, {Aborted} aborted",
                drained.Finished,
                drained.Closed,
                drained.Aborted);
            return ExitCode.Ok;
        }
        finally
        {
            await system.Terminate();
            await Log.CloseAndFlushAsync();
        }
    }

    private static Config Configuration(int loops) => ConfigurationFactory.ParseString($$"""
        akka {
          loglevel = INFO
          stdout-loglevel = OFF
          loggers = ["{{typeof(SerilogLogger).FullName}}, ActorTcp.Demo"]
        }
        actortcp.loops = {{loops}}
        """);
}
