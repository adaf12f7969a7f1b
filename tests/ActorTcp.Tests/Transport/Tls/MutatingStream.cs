namespace ActorTcp.Tests.Transport.Tls;

/// <summary>A stream over a socket that changes the bytes in each direction, and sends them in segments of random sizes. It owns the socket.</summary>
internal sealed class MutatingStream(Socket socket, Random random, StreamMutation outgoing, StreamMutation incoming) : Stream
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private ReadOnlyMemory<byte> _received;

    /// <summary>The bytes of each write, as they were before the change.</summary>
    public List<byte[]> Written { get; } = [];

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Sends bytes in segments of random sizes.</summary>
    public static async Task SendInPartsAsync(Socket socket, Random random, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        // Usually one segment, or a few. Seldom single bytes, because each one is a system call and a turn of the loop.
        var most = random.Next(10) switch { 0 => 3, < 4 => 200, _ => int.MaxValue };
        for (var left = 200; !bytes.IsEmpty; left--)
        {
            var part = left > 0 ? bytes[..random.Next(1, (int)Math.Min(most, (long)bytes.Length) + 1)] : bytes;
            bytes = bytes[await socket.SendAsync(part, cancellation)..];
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Written.Add(buffer.ToArray());
        await SendInPartsAsync(socket, random, outgoing.Apply(buffer.Span), cancellationToken);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_received.IsEmpty)
        {
            var count = await socket.ReceiveAsync(_buffer, cancellationToken);
            if (count == 0)
            {
                return 0;
            }

            _received = incoming.Apply(_buffer.AsSpan(0, count));
        }

        var length = Math.Min(buffer.Length, _received.Length);
        _received[..length].CopyTo(buffer);
        _received = _received[length..];
        return length;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        socket.Dispose();
        base.Dispose(disposing);
    }
}
