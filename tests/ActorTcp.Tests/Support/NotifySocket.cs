namespace ActorTcp.Tests.Support;

/// <summary>The datagram socket of systemd, to which a service sends its state.</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly UnixSockets _sockets = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly byte[] _buffer = new byte[4096];

    /// <param name="isAbstract">Whether it has an abstract name instead of a path.</param>
    public NotifySocket(bool isAbstract = false)
    {
        Name = isAbstract ? UnixSockets.AbstractName() : _sockets.Path;
        _socket.Bind(UnixSockets.EndPointOf(Name));
    }

    /// <summary>The value of NOTIFY_SOCKET.</summary>
    public string Name { get; }

    /// <summary>Receives the next notification.</summary>
    public async Task<string> ReceiveAsync(CancellationToken cancellation) =>
        Encoding.UTF8.GetString(_buffer, 0, await _socket.ReceiveAsync(_buffer, cancellation));

    /// <summary>Drops the notifications that have arrived.</summary>
    public void Drop()
    {
        while (_socket.Available > 0)
        {
            _socket.Receive(_buffer);
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _sockets.Dispose();
    }
}
