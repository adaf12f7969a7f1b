using System.CommandLine;
using ActorTcp.Sockets;

namespace ActorTcp.Demo.Doc;

/// <summary><c>doc-client</c>: the asynchronous client of the documentation. It connects, sends two texts, and ends.</summary>
internal static class DocClientCommand
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var command = new Command("doc-client", "The client of the documentation: sends two texts to a server.");
        var options = new ServerOptions(command);
        var actors = DocActors.Option(command);
        command.SetAction(parsed => parsed.GetValue(actors) ? DocClientActors.RunAsync(options.Of(parsed), ConnectTimeout) : Task.FromResult(Run(options.Of(parsed))));
        return command;
    }

    private static int Run(SockAddr address)
    {
        int? exitCode = null;

        // The object is returned at once. The callback is called when the connect has succeeded or failed.
        using var client = Tcp.CreateClient(
            address,
            (client, remote) =>
            {
                if (remote is null)
                {
                    Console.Error.WriteLine($"Cannot connect to {address}: {Tcp.ErrorText(client.Error())}.");
                    exitCode = ExitCode.Failed;
                    return;
                }

                Console.WriteLine($"Connected to {remote}");
                client.Send("Hello I am client ^_^");
                client.Send("Goodbye!");
                client.Close();
                exitCode = ExitCode.Ok;
            },
            ConnectTimeout);
        if (client is null)
        {
            Console.Error.WriteLine($"Cannot make a socket: {Tcp.ErrorText()}.");
            return ExitCode.Failed;
        }

        // The callback is called in Forever.
        PollDispatcher.Current.Forever(() => exitCode is not null);
        return exitCode!.Value;
    }
}
