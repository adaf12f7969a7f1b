namespace ActorTcp.Tests.Demo;

/// <summary>A client of the chat that reads line by line.</summary>
internal sealed class ChatClient : IDisposable
{
    private readonly Socket _socket;
    private readonly StreamReader _lines;

    private ChatClient(Socket socket)
    {
        _socket = socket;
        _lines = new StreamReader(new NetworkStream(socket), Encoding.UTF8);
    }

    public IPEndPoint LocalAddress => (IPEndPoint)_socket.LocalEndPoint!;

    public static async Task<ChatClient> ConnectAsync(IPEndPoint server, CancellationToken cancellation, int receiveBuffer = 0)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0)
        {
            // Set before connecting, so that the window is small from the start.
            socket.ReceiveBufferSize = receiveBuffer;
        }

        await socket.ConnectAsync(server, cancellation);
        return new ChatClient(socket);
    }

    public async Task WriteAsync(string text, CancellationToken cancellation) =>
        await _socket.SendAsync(Encoding.UTF8.GetBytes(text), cancellation);

    /// <summary>Half closes the connection to the server. Lines from the server can still be read.</summary>
    public void EndInput() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Returns the next line; null at the end of stream or after a reset.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return await _lines.ReadLineAsync(cancellation);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Reads until a line starts with the given text.</summary>
    public async Task<string> ReadUntilAsync(string beginning, CancellationToken cancellation)
    {
        var before = new List<string>();
        while (await ReadAsync(cancellation) is { } line)
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal))
            {
                return line;
            }

            before.Add(line);
        }

        Assert.Fail($"'{beginning}' did not arrive before the end; received:\n{string.Join('\n', before)}");
        return "";
    }

    public async Task<IReadOnlyList<string>> ReadToEndAsync(CancellationToken cancellation)
    {
        var lines = new List<string>();
        while (await ReadAsync(cancellation) is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }

    public void Dispose()
    {
        _lines.Dispose();
        _socket.Dispose();
    }
}
