using System.Threading.Tasks.Sources;
using ActorTcp.Memory;

namespace ActorTcp.Transport.Tls;

/// <summary>
/// The network as an <see cref="System.Net.Security.SslStream"/> sees it. A write completes at once. A read completes at once if there are bytes, and
/// otherwise inside the next <see cref="Supply"/> or <see cref="SupplyEnd"/>, on the thread of that call.
/// </summary>
internal sealed class CiphertextStream(ITlsSessionOwner owner) : Stream, IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _read;
    private Memory<byte> _room;
    private SlabSlice _bytes;
    private int _used;

    /// <summary>Whether a read waits for bytes.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Whether the TCP stream has ended.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Whether a read has returned the end of the TCP stream.</summary>
    public bool HasReadEnd { get; private set; }

    /// <summary>Called when a read begins to wait.</summary>
    public Action? Waiting { get; set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    private int Left => _bytes.Length - _used;

    /// <summary>Supplies bytes. All earlier ones must be used; the hold moves here.</summary>
    public void Supply(in SlabSlice bytes)
    {
        Debug.Assert(Left == 0, "bytes are supplied when all earlier ones are used");
        _bytes = bytes;
        _used = 0;
        Complete();
    }

    public void SupplyEnd()
    {
        IsEnded = true;
        Complete();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Debug.Assert(!IsWaiting, "SslStream has one read at a time");
        if (Left > 0 || IsEnded)
        {
            return new ValueTask<int>(Take(buffer));
        }

        _read.Reset();
        _room = buffer;
        IsWaiting = true;
        var pending = new ValueTask<int>(this, _read.Version);
        Waiting?.Invoke();
        return pending;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        owner.OnCiphertext(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Write(byte[] buffer, int offset, int count) => owner.OnCiphertext(buffer.AsSpan(offset, count));

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("a read cannot block a poll loop");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);

    protected override void Dispose(bool disposing)
    {
        _bytes.Release();
        _bytes = default;
        _used = 0;
        base.Dispose(disposing);
    }

    private void Complete()
    {
        if (IsWaiting)
        {
            IsWaiting = false;
            var room = _room;
            _room = default;
            _read.SetResult(Take(room));
        }
    }

    /// <summary>A read of no bytes only asks whether there are any.</summary>
    private int Take(Memory<byte> room)
    {
        var length = Math.Min(room.Length, Left);
        if (Left == 0)
        {
            HasReadEnd = true;
        }
        else if (length > 0)
        {
            _bytes.Span.Slice(_used, length).CopyTo(room.Span);
            _used += length;
            if (Left == 0)
            {
                _bytes.Release();
                _bytes = default;
                _used = 0;
            }
        }

        return length;
    }
}
