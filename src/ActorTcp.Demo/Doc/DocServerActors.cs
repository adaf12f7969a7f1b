using System.Text;
using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.Demo.Doc;

/// <summary><c>doc-server --actors</c>: the same server in actors. A listener accepts, and each client has a handler of its own.</summary>
internal static class DocServerActors
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(SockAddr address)
    {
        using var ending = new ShutdownSignal();
        var system = ActorSystem.Create("doc-server", "akka { loglevel = OFF, stdout-loglevel = OFF }");
        try
        {
            var bind = new ListenerProtocol.Bind(address, Props.Create<DocServerHandler>());
            var answer = await system.ActorTcp().Manager.Ask(bind, Limit);
            if (answer is not ListenerProtocol.Bound bound)
            {
                Console.Error.WriteLine($"Cannot listen on {address}: {Tcp.ErrorText(((ListenerProtocol.BindFailed)answer).Errno)}.");
                return ExitCode.Failed;
            }

            Console.WriteLine($"doc-server listens on {bound.LocalAddress} until Ctrl-C");
            await Task.Delay(Timeout.Infinite, ending.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            return ExitCode.Ok;
        }
        finally
        {
            await system.Terminate();
        }
    }
}

/// <summary>Prints what one client says.</summary>
internal sealed class DocServerHandler : TcpHandler
{
    protected override void OnConnected(ConnectionProtocol.Connected connected) => Console.WriteLine($"New client: {RemoteAddress}");

    // The documentation makes a buffer for each packet and asks for a way to use it again: these bytes are a part of the loop's buffer.
    protected override void OnReceived(Received received) =>
        Console.WriteLine($"Client: {RemoteAddress!.Addr} Say: {Encoding.UTF8.GetString(received.Span)}");

    protected override void OnClosed(ConnectionProtocol.Closed closed) => Console.WriteLine($"Client lost: {RemoteAddress} ({closed.Reason})");
}
