using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.Demo.Doc;

/// <summary><c>doc-server --actors</c>: the same server with actors. A listener accepts, and each client has its own handler.</summary>
internal static class DocServerActors
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(SockAddr address)
    {
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

            using var ending = new ShutdownSignal();
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

/// <summary>Prints the text of one client.</summary>
internal sealed class DocServerHandler : TcpHandler
{
    private readonly ReceivedText _text = new();

    protected override void OnConnected(ConnectionProtocol.Connected connected) => Console.WriteLine($"New client: {RemoteAddress}");

    // The bytes are a part of the buffer of the poll loop. They are not copied.
    protected override void OnReceived(Received received) =>
        Console.WriteLine($"Client: {RemoteAddress!.Addr} Say: {_text.Add(received.Span)}");

    protected override void OnClosed(ConnectionProtocol.Closed closed) => Console.WriteLine($"Client lost: {RemoteAddress} ({closed.Reason})");
}
