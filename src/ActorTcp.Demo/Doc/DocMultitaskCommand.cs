using System.CommandLine;
using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Configuration;

namespace ActorTcp.Demo.Doc;

/// <summary>
/// <c>doc-multitask</c>: the multi-task server of the documentation. This thread accepts, and sends the descriptors to two tasks in turn. A task
/// is an actor on its own poll loop or, with <c>--threads</c>, a thread.
/// </summary>
internal static class DocMultitaskCommand
{
    private const int ThreadCount = 2;
    private const string Defaults = "actortcp.loops = 2";

    public static Command Create()
    {
        var command = new Command("doc-multitask", "The multi-task server of the documentation: two tasks share the clients.");
        var options = new ServerOptions(command);
        var config = new ConfigOptions(command);
        var threads = new Option<bool>("--threads") { Description = "Uses two threads with a poll dispatcher each. Otherwise there is an actor on each poll loop." };
        command.Options.Add(threads);
        command.SetAction(parsed => config.Of(parsed).RunAsync(read => RunAsync(options.Of(parsed), read, parsed.GetValue(threads))));
        return command;
    }

    private static async Task<int> RunAsync(SockAddr address, Config config, bool threads)
    {
        using var server = Tcp.CreateServer(address);
        if (server is null)
        {
            Console.Error.WriteLine($"Cannot listen on {address}: {Tcp.ErrorText()}.");
            return ExitCode.Failed;
        }

        if (threads)
        {
            using var ending = new ShutdownSignal();
            var tasks = Enumerable.Range(0, ThreadCount).Select(number => new DocThread(number)).ToArray();
            Serve(server, ending, (task, sockFd, remote) => tasks[task].TakeOver(sockFd, remote), ThreadCount);
            Array.ForEach(tasks, task => task.Dispose());
        }
        else
        {
            var system = ActorSystem.Create("multitask", config.WithFallback(ConfigurationFactory.ParseString(Defaults)));
            var tasks = Enumerable.Range(0, system.ActorTcp().LoopCount)
                .Select(loop => system.ActorOf(DocTask.Props(loop).WithDispatcher(system.ActorTcp().DispatcherOf(loop)), $"task-{loop}"))
                .ToArray();
            using var ending = new ShutdownSignal();
            Serve(server, ending, (task, sockFd, remote) => tasks[task].Tell(new DocTask.TakeOver(sockFd, remote)), tasks.Length);
            await system.Terminate();
        }

        return ExitCode.Ok;
    }

    /// <summary>Accepts on this thread until a signal, and sends the descriptors to the tasks in turn.</summary>
    private static void Serve(Tcp server, ShutdownSignal ending, Action<int, int, SockAddr> send, int tasks)
    {
        var next = 0;
        server.Accept((client, remote) =>
        {
            Console.WriteLine($"New client: {remote}");

            // The documented order: send the number, then release the descriptor. The task may run before or after FlyAway. If the message is never
            // received, the descriptor leaks. The token of client.Detach() closes the socket in that case.
            send(next, client.SockFd, remote);
            client.FlyAway();
            next = (next + 1) % tasks;
        });

        Console.WriteLine($"doc-multitask listens on {server.SockName()} until Ctrl-C");
        PollDispatcher.Current.Forever(ending.Token);
    }
}
