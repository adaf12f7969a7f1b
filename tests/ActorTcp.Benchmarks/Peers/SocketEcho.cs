using System.Net.Sockets;

namespace ActorTcp.Benchmarks.Peers;

/// <summary>One connection: receive, send all of it, and again, on one SocketAsyncEventArgs.</summary>
internal sealed class SocketEcho : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly Socket _socket;
    private readonly SocketAsyncEventArgs _operation = new();

    internal SocketEcho(Socket socket)
    {
        _socket = socket;
        _operation.SetBuffer(new byte[BufferSize], 0, BufferSize);
        _operation.Completed += (_, _) =>
        {
            if (Completed())
                Receive();
        };
    }

    internal void Start() => Receive();

    public void Dispose()
    {
        _operation.Dispose();
        _socket.Dispose();
    }

    /// <summary>Goes on until an operation is pending or the connection has ended.</summary>
    private void Receive()
    {
        do
        {
            _operation.SetBuffer(0, BufferSize);
            if (_socket.ReceiveAsync(_operation))
                return;
        }
        while (Completed());
    }

    /// <summary>True when it is time to receive again.</summary>
    private bool Completed()
    {
        if (_operation.SocketError != SocketError.Success || _operation.BytesTransferred == 0)
        {
            Dispose();
            return false;
        }
        if (_operation.LastOperation == SocketAsyncOperation.Send)
            return true;
        _operation.SetBuffer(0, _operation.BytesTransferred);
        return !_socket.SendAsync(_operation) && Completed();
    }
}
