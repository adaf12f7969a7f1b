using System.CommandLine;
using ActorTcp.Sockets;

namespace ActorTcp.Demo.Doc;

/// <summary>
/// <c>doc-server</c>: the asynchronous server of the documentation. It uses only the Tcp object and the poll dispatcher. It has one thread and
/// no actor: all callbacks run in <see cref="PollDispatcher.Forever(CancellationToken, TimeSpan?)"/>.
/// </summary>
internal static class DocServerCommand
{
    // One buffer for all clients: the thread runs one callback at a time, and a callback does not use the bytes after it returns.
    private static readonly byte[] Buffer = new byte[4096];

    public static Command Create()
    {
        var command = new Command("doc-server", "The server of the documentation: prints the text of its clients.");
        var options = new ServerOptions(command);
        var actors = DocActors.Option(command);
        command.SetAction(parsed => parsed.GetValue(actors) ? DocServerActors.RunAsync(options.Of(parsed)) : Task.FromResult(Run(options.Of(parsed))));
        return command;
    }

    private static int Run(SockAddr address)
    {
        using var server = Tcp.CreateServer(address);
        if (server is null)
        {
            Console.Error.WriteLine($"Cannot listen on {address}: {Tcp.ErrorText()}.");
            return ExitCode.Failed;
        }

        using var ending = new ShutdownSignal();

        server.Accept(OnConnection);
        Console.WriteLine($"doc-server listens on {server.SockName()} until Ctrl-C");
        PollDispatcher.Current.Forever(ending.Token);
        return ExitCode.Ok;
    }

    private static void OnConnection(Tcp client, SockAddr remote)
    {
        Console.WriteLine($"New client: {remote}");
        var text = new ReceivedText();
        var dispatcher = PollDispatcher.Current;
        var readable = dispatcher.Event(IoMethod.Read, client.SockFd, (_, _) => OnReadable(client, remote, text));
        dispatcher.Add(readable);
    }

    /// <summary>Handles received bytes. The result false removes the event.</summary>
    private static bool OnReadable(Tcp client, SockAddr remote, ReceivedText text)
    {
        // The socket may have no bytes when the callback is called. With a time-out of zero Recv returns EAGAIN then.
        var count = client.Recv(Buffer, timeout: TimeSpan.Zero);
        if (count > 0)
        {
            OnMessage(remote, text.Add(Buffer.AsSpan(0, count)));
            return true;
        }

        if (count.Errno == Errno.EAGAIN)
        {
            return true;
        }

        Console.WriteLine($"Client lost: {remote} ({(client.IsEof() ? "end of stream" : Tcp.ErrorText())})");
        client.Close();
        return false;
    }

    private static void OnMessage(SockAddr remote, string message)
        => Console.WriteLine($"Client: {remote.Addr} Say: {message}");
}
