using System.CommandLine;
using System.Text;
using ActorTcp.Sockets;

namespace ActorTcp.Demo.Doc;

/// <summary>
/// <c>doc-server</c>: the documentation's asynchronous server, on the Tcp object and the poll dispatcher alone. One thread,
/// no actor: everything below runs inside of <see cref="PollDispatcher.Forever(CancellationToken, TimeSpan?)"/>.
/// </summary>
internal static class DocServerCommand
{
    // The documentation makes a buffer for each packet and asks for a way to use it again. A callback is done with the
    // bytes when it returns and the thread runs one callback at a time, so that one buffer is enough for all clients.
    private static readonly byte[] Buffer = new byte[4096];

    public static Command Create()
    {
        var command = new Command("doc-server", "The documentation's server: prints what its clients say.");
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
        var dispatcher = PollDispatcher.Current;
        var readable = dispatcher.Event(IoMethod.Read, client.SockFd, (_, _) => OnReadable(client, remote));
        dispatcher.Add(readable);
    }

    /// <summary>False removes the event.</summary>
    private static bool OnReadable(Tcp client, SockAddr remote)
    {
        // A callback may come without cause, and then there is nothing: no reason to wait for it.
        var count = client.Recv(Buffer, timeout: TimeSpan.Zero);
        if (count > 0)
        {
            OnMessage(remote, Buffer.AsSpan(0, count));
            return true;
        }

        if (count.Errno == Errno.EAGAIN)
        {
            return true;
        }

        Console.WriteLine($"Client lost: {remote} ({(client.IsEof() ? "it had said everything" : Tcp.ErrorText())})");
        client.Close();
        return false;
    }

    private static void OnMessage(SockAddr remote, ReadOnlySpan<byte> message)
        => Console.WriteLine($"Client: {remote.Addr} Say: {Encoding.UTF8.GetString(message)}");
}
