namespace ActorTcp.Tests.Transport.InMemory;

/// <summary>One direction of an in-memory connection: a bounded buffer of bytes. It is thread-safe.</summary>
internal sealed class BytePipe(int capacity)
{
    private readonly Lock _lock = new();
    private readonly byte[] _ring = new byte[capacity];
    private int _start;
    private int _count;
    private bool _ended;
    private bool _reset;

    /// <summary>Called after each change, outside of the lock, so that both ends check the pipe again.</summary>
    public event Action? Changed;

    /// <summary>Accepts as many bytes as it has room for, and returns their number; minus EPIPE after the end or a reset.</summary>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        var written = 0;
        lock (_lock)
        {
            if (_ended || _reset)
            {
                return -(int)Errno.EPIPE;
            }

            while (written < bytes.Length && _count < capacity)
            {
                _ring[(_start + _count++) % capacity] = bytes[written++];
            }
        }

        if (written > 0)
        {
            Changed?.Invoke();
        }

        return written;
    }

    /// <summary>Removes bytes and returns their number; 0 at the end of the stream, minus EAGAIN if it is empty, minus ECONNRESET after a reset.</summary>
    public int Read(Span<byte> bytes)
    {
        var read = 0;
        lock (_lock)
        {
            if (_reset)
            {
                return -(int)Errno.ECONNRESET;
            }

            if (_count == 0)
            {
                return _ended ? 0 : -(int)Errno.EAGAIN;
            }

            for (; read < bytes.Length && _count > 0; _count--)
            {
                bytes[read++] = _ring[_start];
                _start = (_start + 1) % capacity;
            }
        }

        Changed?.Invoke();
        return read;
    }

    public void End()
    {
        lock (_lock)
        {
            _ended = true;
        }

        Changed?.Invoke();
    }

    public void Reset()
    {
        lock (_lock)
        {
            _reset = true;
        }

        Changed?.Invoke();
    }
}

/// <summary>One end of an in-memory connection: reads from one pipe and writes to the other.</summary>
internal sealed record PipeEnd(BytePipe Incoming, BytePipe Outgoing, SockAddr LocalAddress, SockAddr RemoteAddress)
{
    /// <summary>Both ends of a new connection.</summary>
    public static (PipeEnd Client, PipeEnd Server) Pair(SockAddr client, SockAddr server, int capacity)
    {
        var (up, down) = (new BytePipe(capacity), new BytePipe(capacity));
        return (new PipeEnd(down, up, client, server), new PipeEnd(up, down, server, client));
    }

    public void Close(bool reset)
    {
        if (reset)
        {
            Incoming.Reset();
            Outgoing.Reset();
        }
        else
        {
            Outgoing.End();
        }
    }
}
