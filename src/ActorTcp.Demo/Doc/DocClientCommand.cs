using System.CommandLine;
using ActorTcp.Sockets;

namespace ActorTcp.Demo.Doc;

/// <summary><c>doc-client</c>: the documentation's asynchronous client. Connects, says hello and goodbye, and ends.</summary>
internal static class DocClientCommand
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var command = new Command("doc-client", "The documentation's client: says hello and goodbye to a server.");
        var options = new ServerOptions(command);
        var actors = DocActors.Option(command);
        command.SetAction(parsed => parsed.GetValue(actors) ? DocClientActors.RunAsync(options.Of(parsed), ConnectTimeout) : Task.FromResult(Run(options.Of(parsed))));
        return command;
    }

    private static int Run(SockAddr address)
    {
        int? exitCode = null;

        // The object is there at once; whether it is connected, the callback tells.
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

        // Callbacks run in here.
        PollDispatcher.Current.Forever(() => exitCode is not null);
        return exitCode!.Value;
    }
}
