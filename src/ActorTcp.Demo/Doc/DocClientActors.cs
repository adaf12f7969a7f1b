using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.Demo.Doc;

/// <summary><c>doc-client --actors</c>: the same client with actors. A connector connects, and a handler sends both texts.</summary>
internal static class DocClientActors
{
    public static async Task<int> RunAsync(SockAddr address, TimeSpan timeout)
    {
        var system = ActorSystem.Create("doc-client", "akka { loglevel = OFF, stdout-loglevel = OFF }");
        var ended = new TaskCompletionSource();
        try
        {
            var handler = Props.Create(() => new DocClientHandler(ended));
            await system.ActorTcp().ConnectAsync(new ConnectorProtocol.Connect(address, handler) { Timeout = timeout });
            await ended.Task;
            return ExitCode.Ok;
        }
        catch (TcpConnectException failure)
        {
            Console.Error.WriteLine($"Cannot connect to {address}: {Tcp.ErrorText(failure.Errno)}.");
            return ExitCode.Failed;
        }
        finally
        {
            await system.Terminate();
        }
    }
}

/// <summary>Sends two texts, and closes the connection. Close sends the queued bytes first.</summary>
internal sealed class DocClientHandler(TaskCompletionSource ended) : TcpHandler
{
    protected override void OnConnected(ConnectionProtocol.Connected connected)
    {
        Console.WriteLine($"Connected to {RemoteAddress}");
        Send("Hello I am client ^_^");
        Send("Goodbye!");
        Connection.Tell(ConnectionProtocol.Close.Instance, Self);
    }

    protected override void OnClosed(ConnectionProtocol.Closed closed) => ended.TrySetResult();
}
