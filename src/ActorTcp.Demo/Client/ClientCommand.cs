using System.CommandLine;
using Akka.Actor;
using Akka.Configuration;

namespace ActorTcp.Demo.Client;

/// <summary><c>client</c>: lines from the terminal to a server, and what it says to the terminal.</summary>
internal static class ClientCommand
{
    // What the server says is all that stands in the output.
    private const string Defaults = """
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        actortcp.loops = 1
        actortcp.connector.connect-timeout = 10s
        """;

    public static Command Create()
    {
        var command = new Command("client", "A client for servers that speak in lines: sends what is typed, shows what comes, and ends with either.");
        var host = new Option<string>("--host")
        {
            Description = "The server: a name or an address.",
            DefaultValueFactory = _ => "127.0.0.1",
        };
        var port = new Option<int>("--port")
        {
            Description = "Its port, 1 to 65535.",
            DefaultValueFactory = _ => 2049,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                var to = HostAndPort.TryParse($"host:{text}");
                if (to is null)
                {
                    result.AddError($"--port is '{text}', which is not a whole number from 1 to 65535.");
                }

                return to?.Port ?? 0;
            },
        };
        command.Options.Add(host);
        command.Options.Add(port);
        var config = new ConfigOptions(command);
        command.SetAction(parsed => config.Of(parsed).RunAsync(read => RunAsync(new HostAndPort(parsed.GetValue(host)!, parsed.GetValue(port)), read)));
        return command;
    }

    private static async Task<int> RunAsync(HostAndPort server, Config config)
    {
        var system = ActorSystem.Create("client", config.WithFallback(ConfigurationFactory.ParseString(Defaults)));
        _ = system.ActorTcp();
        var ended = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(Props.Create(() => new TerminalActor(server, ended)), "terminal");
        var fault = await ended.Task;
        await system.Terminate();
        if (fault is null)
        {
            return ExitCode.Ok;
        }

        await Console.Error.WriteLineAsync(fault);
        return ExitCode.Failed;
    }
}
