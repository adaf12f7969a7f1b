namespace ActorTcp.Benchmarks.Peers;

/// <summary>The cost of System.Net.Sockets without a layer above it.</summary>
internal sealed class SocketPeer : ManagedPeer
{
    private readonly bool _inline;

    private SocketPeer(string name, string description, bool inline) =>
        (Name, Description, _inline) = (name, description, inline);

    internal static SocketPeer Plain { get; } = new(
        "socket", "System.Net.Sockets, one SocketAsyncEventArgs per connection, as many socket engines as loops.", inline: false);

    /// <summary>As <see cref="Plain"/>, but completions run on the polling thread.</summary>
    internal static SocketPeer Inline { get; } = new(
        "socket-inline", $"as socket, and {SocketVariables.InlineCompletions}=1.", inline: true);

    public override string Name { get; }

    public override string Description { get; }

    protected override IEnumerable<(string Name, string Value)> Variables(int loops) => SocketVariables.For(loops, _inline);

    internal override Task<IEchoServer> StartAsync(int port, int loops) =>
        Task.FromResult<IEchoServer>(new SocketEchoServer(port));
}

/// <summary>Settings of the runtime's sockets that only environment variables can change.</summary>
internal static class SocketVariables
{
    /// <summary>Runs completions on the thread that polls, instead of queueing them to the thread pool.</summary>
    internal const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>The number of threads that poll.</summary>
    private const string ThreadCount = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    internal static IEnumerable<(string Name, string Value)> For(int loops, bool inline)
    {
        yield return (ThreadCount, loops.ToString(CultureInfo.InvariantCulture));
        if (inline)
            yield return (InlineCompletions, "1");
    }
}

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

    // async void: an unexpected error ends the process and is therefore visible.
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
            // Disposed: the only expected end of accepting.
        }
    }
}

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

    /// <summary>Receives until an operation is pending or the connection has ended.</summary>
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

    /// <summary>Returns true if the next receive can start.</summary>
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
