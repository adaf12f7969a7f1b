using System.CommandLine;
using Akka.Actor;
using Akka.Configuration;
using ActorTcp.Actors;
using ActorTcp.Polling;
using ActorTcp.Sockets;

namespace ActorTcp.Demo.Doc;

/// <summary>
/// <c>doc-multitask</c>: the documentation's multi-task server. This thread accepts; two tasks, which are actors on a poll
/// loop each, take the connections over by their descriptors, in turn. With other loops there are other tasks, one each.
/// </summary>
internal static class DocMultitaskCommand
{
    private const string Defaults = "actortcp.loops = 2";

    public static Command Create()
    {
        var command = new Command("doc-multitask", "The documentation's multi-task server: two actors on two loops share the clients.");
        var options = new ServerOptions(command);
        var config = new ConfigOptions(command);
        command.SetAction(parsed => config.Of(parsed).RunAsync(read => RunAsync(options.Of(parsed), read)));
        return command;
    }

    private static async Task<int> RunAsync(SockAddr address, Config config)
    {
        using var server = Tcp.CreateServer(address);
        if (server is null)
        {
            Console.Error.WriteLine($"Cannot listen on {address}: {Tcp.ErrorText()}.");
            return ExitCode.Failed;
        }

        using var ending = new ShutdownSignal();

        var system = ActorSystem.Create("multitask", config.WithFallback(ConfigurationFactory.ParseString(Defaults)));
        var tasks = Enumerable.Range(0, system.ActorTcp().LoopCount)
            .Select(loop => system.ActorOf(DocTask.Props(loop).WithDispatcher(system.ActorTcp().DispatcherOf(loop)), $"task-{loop}"))
            .ToArray();
        var next = 0;
        server.Accept((client, remote) =>
        {
            Console.WriteLine($"New client: {remote}");

            // The documented way, but for the order: first given up, then told, or the task might take it too early. A
            // message that is never received loses the descriptor; client.HandOver() makes a token that closes it then.
            var message = new DocTask.TakeOver(client.SockFd, remote);
            client.FlyAway();
            tasks[next].Tell(message);
            next = (next + 1) % tasks.Length;
        });

        Console.WriteLine($"doc-multitask listens on {server.SockName()} until Ctrl-C");
        PollDispatcher.Current.Forever(ending.Token);
        await system.Terminate();
        return ExitCode.Ok;
    }
}
