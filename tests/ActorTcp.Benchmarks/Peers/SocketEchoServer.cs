using System.Net;
using System.Net.Sockets;

namespace ActorTcp.Benchmarks.Peers;

internal sealed class SocketEchoServer : IEchoServer
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    internal SocketEchoServer(int port)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen();
        AcceptAll();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    // async void: an error that is not foreseen here ends the process, and so is seen.
    private async void AcceptAll()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync();
                socket.NoDelay = true;
                new SocketEcho(socket).Start();
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
        {
            // Disposed: the one way in which accepting is meant to end.
        }
    }
}
