using System.Buffers;
using System.Text;
using ActorTcp.Memory;

namespace ActorTcp;

/// <summary>
/// To the handler: bytes from the peer, or one frame. After its release, every access throws <see cref="ObjectDisposedException"/>. This includes an
/// access through a <see cref="Memory"/> that was read before the release.
/// </summary>
/// <remarks>
/// <para>A <see cref="TcpHandler"/> borrows the bytes: they are released when it has processed the message, unless it stashed the
/// message. <see cref="Retain"/> makes a copy to keep, and <see cref="ToSend"/> sends the bytes without a copy.</para>
/// <para>Any other actor receives a copy that belongs to the message. The actor may keep, forward and stash it without a limit, and need not
/// release it.</para>
/// <para>Threads: can be used from any thread. Each access reads the bytes of this message, or throws. If the message is borrowed, a thread that
/// does not process it reads a copy of the bytes.</para>
/// </remarks>
public sealed class Received : ITcpMessage
{
    private const int MostShown = 64;

    // A Slab, or the message's own byte[].
    private object _source;
    private int _start;
    private int _state;

    // If the message is borrowed: the thread that may read the slab in place, because the slab is not released while this thread processes the message.
    private int _processingThread;

    private Received(object source, int start, int length, State state)
    {
        _source = source;
        _start = start;
        Length = length;
        _state = (int)state;
    }

    [Flags]
    private enum State
    {
        None = 0,
        /// <summary>The channel has sent it to the connection's actor. No code of the user has it.</summary>
        Incoming = 1,
        /// <summary>The handler acknowledges it to the connection.</summary>
        AwaitsAck = 2,
        /// <summary>Released.</summary>
        Released = 4,
        /// <summary>Its receiver, which does not acknowledge it, has read, sent or released the bytes.</summary>
        Touched = 8,
        /// <summary>More bytes of its frame follow.</summary>
        Partial = 16,
    }

    /// <summary>The offset of the first byte in the stream from the peer, in bytes. With a framing it is the offset of the frame, including its header.</summary>
    public long Offset { get; private set; }

    /// <summary>The number of bytes: at least 1, or 0 for an empty frame. Can be read after the release, too.</summary>
    public int Length { get; }

    /// <summary>
    /// Whether more bytes of the same frame follow in the next message. It is true only for a handler on another node, and only for a frame of more than
    /// 65,536 bytes. Without a framing it is always false.
    /// </summary>
    public bool IsPartial => (_state & (int)State.Partial) != 0;

    /// <summary>The bytes, as memory. A use of the memory after the release throws <see cref="ObjectDisposedException"/>, too.</summary>
    /// <exception cref="ObjectDisposedException">They have been released.</exception>
    public ReadOnlyMemory<byte> Memory
    {
        get
        {
            ThrowIfReleased();
            return _source is Slab ? new LeasedMemory(this).Whole : new ReadOnlyMemory<byte>((byte[])_source, _start, Length);
        }
    }

    /// <summary>The bytes, as a span. The span must not be used after the release.</summary>
    /// <exception cref="ObjectDisposedException">They have been released.</exception>
    public ReadOnlySpan<byte> Span
    {
        get
        {
            ThrowIfReleased();
            return _source is Slab slab && _processingThread != Environment.CurrentManagedThreadId ? Copied(slab) : Bytes;
        }
    }

    /// <summary>Whether the handler acknowledges this message to the connection.</summary>
    internal bool AwaitsAck => (_state & (int)State.AwaitsAck) != 0;

    /// <summary>Whether the handler acknowledges it to a connection on another node, which sends it again if the acknowledgement is lost.</summary>
    internal bool IsFromOtherNode => AwaitsAck && _source is byte[];

    /// <summary>Whether the channel sent it to the connection's actor. False for one that a user sends to a connection by mistake.</summary>
    internal bool IsIncoming => (_state & (int)State.Incoming) != 0;

    /// <summary>Whether its receiver has read, sent or released the bytes.</summary>
    internal bool IsTouched => (Volatile.Read(ref _state) & (int)State.Touched) != 0;

    private bool IsReleased => (Volatile.Read(ref _state) & (int)State.Released) != 0;

    private ReadOnlySpan<byte> Bytes => _source is Slab slab ? slab.Span(_start, Length) : new ReadOnlySpan<byte>((byte[])_source, _start, Length);

    /// <summary>Creates a message with a copy of some bytes, for a test without a connection. Can be called from any thread.</summary>
    /// <param name="bytes">The bytes. May be empty.</param>
    /// <param name="offset">The offset of the first byte in the stream from the peer, in bytes. Defaults to 0.</param>
    public static Received CopyOf(ReadOnlySpan<byte> bytes, long offset = 0)
    {
        var own = GC.AllocateUninitializedArray<byte>(bytes.Length);
        bytes.CopyTo(own);
        return new Received(own, 0, own.Length, State.None) { Offset = offset };
    }

    /// <summary>
    /// Releases the bytes, at most once. Can be called from any thread. A <see cref="TcpHandler"/> releases its messages itself when their processing ends.
    /// </summary>
    /// <exception cref="ObjectDisposedException">They have been released before.</exception>
    public void Release()
    {
        if (!TryRelease())
        {
            throw LeaseChecks.Released(this, nameof(Received));
        }
    }

    /// <summary>
    /// Creates a <see cref="Send"/> of the same bytes, without a copy. Call it once for each connection that sends the bytes. Each Send keeps the bytes
    /// until they are sent, even if this message is released before. A Send that becomes a dead letter, or that its receiver does not handle, releases them.
    /// </summary>
    /// <param name="token">
    /// Null, the default: only a failure is reported. Otherwise the sender of the Send receives <see cref="ConnectionProtocol.Sent"/> or
    /// <see cref="ConnectionProtocol.SendFailed"/> with this token, once.
    /// </param>
    /// <exception cref="ObjectDisposedException">The bytes have been released.</exception>
    public Send ToSend(object? token = null)
    {
        if (_source is Slab slab)
        {
            Hold(slab);
            return new Send(new SlabSlice(slab, _start, Length), token);
        }

        return new Send(Memory, token);
    }

    /// <summary>
    /// Creates a second message with a copy of the bytes and the same offset. It stays valid when the processing of this message ends, so it can be kept,
    /// forwarded to another actor, or sent later. It need not be released.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The bytes have been released.</exception>
    public Received Retain() => Owned(Span.ToArray(), 0, Length, Offset, awaitsAck: false, IsPartial);

    /// <summary>
    /// Copies the bytes for code that works with <see cref="IMemoryOwner{T}"/>. The memory is not pooled, so it never contains bytes of another
    /// connection, even after the disposal.
    /// </summary>
    /// <returns>The owner. The length of its memory is <see cref="Length"/>.</returns>
    /// <exception cref="ObjectDisposedException">The bytes have been released.</exception>
    public IMemoryOwner<byte> RetainMemory() => new OwnMemory(Span.ToArray());

    /// <summary>
    /// Returns the length, the offset and up to 64 bytes as UTF-8 text. After the release the text has no bytes. Never throws. Can be called from any
    /// thread.
    /// </summary>
    public override string ToString()
    {
        var slab = _source as Slab;
        if (slab is not null && !slab.TryHold())
        {
            return Described(null);
        }

        // The hold keeps the memory unchanged until the text is made, even if the message is released meanwhile.
        var text = IsReleased ? Described(null) : Described(Encoding.UTF8.GetString(Bytes[..Math.Min(Length, MostShown)]));
        slab?.Release();
        return text;
    }

    /// <summary>Creates a message of the bytes that a channel has received. It takes over the hold.</summary>
    internal static Received Incoming(in SlabSlice bytes) => new(bytes.Slab!, bytes.Offset, bytes.Length, State.Incoming);

    /// <summary>Creates a message that owns its bytes, for a handler on another node, or of such a handler's node.</summary>
    /// <param name="bytes">The array. It does not change.</param>
    /// <param name="start">The position of the first byte in the array.</param>
    /// <param name="length">The number of bytes.</param>
    /// <param name="offset">The offset in the stream.</param>
    /// <param name="awaitsAck">Whether the handler acknowledges it.</param>
    /// <param name="isPartial">Whether more bytes of its frame follow.</param>
    internal static Received Owned(byte[] bytes, int start, int length, long offset, bool awaitsAck, bool isPartial = false) =>
        new(bytes, start, length, (awaitsAck ? State.AwaitsAck : State.None) | (isPartial ? State.Partial : State.None)) { Offset = offset };

    /// <summary>Creates a message for a handler that acknowledges it. It takes over the hold.</summary>
    internal static Received Lent(in SlabSlice bytes, long offset) =>
        new(bytes.Slab!, bytes.Offset, bytes.Length, State.AwaitsAck) { Offset = offset };

    /// <summary>Converts an incoming message into one for a handler that acknowledges it. Returns its bytes, without a hold.</summary>
    internal SlabSlice Lend(long offset)
    {
        Offset = offset;
        _state = (int)State.AwaitsAck;
        return new SlabSlice((Slab)_source, _start, Length);
    }

    /// <summary>The calling thread begins to process it and reads the bytes in place.</summary>
    internal void BeginProcessing() => _processingThread = Environment.CurrentManagedThreadId;

    /// <summary>Converts an incoming message into one with a copy of the bytes, for a handler that may keep it without a limit.</summary>
    internal void Give(long offset)
    {
        var slab = (Slab)_source;
        var own = GC.AllocateUninitializedArray<byte>(Length);
        Bytes.CopyTo(own);
        slab.Release();
        _source = own;
        _start = 0;
        Offset = offset;
        _state = (int)State.None;
    }

    /// <summary>Moves the hold of an incoming message to the caller. The message is not used after that.</summary>
    internal SlabSlice Detach()
    {
        _state = (int)State.Released;
        return new SlabSlice((Slab)_source, _start, Length);
    }

    /// <summary>Releases the bytes; false if they have been released before.</summary>
    internal bool TryRelease()
    {
        Touch();
        if ((Interlocked.Or(ref _state, (int)State.Released) & (int)State.Released) != 0)
        {
            return false;
        }

        if (_source is Slab slab)
        {
            LeaseChecks.NoteRelease(this, slab);
            slab.Release();
        }

        return true;
    }

    private string Described(string? text) =>
        $"Received({Length} bytes at {Offset}{(text is null ? ", released" : $": \"{text}{(Length > MostShown ? "…" : "")}\"")})";

    private void Touch()
    {
        if ((_state & (int)(State.AwaitsAck | State.Touched)) == 0)
        {
            Interlocked.Or(ref _state, (int)State.Touched);
        }
    }

    private void ThrowIfReleased()
    {
        Touch();
        if (IsReleased)
        {
            throw LeaseChecks.Released(this, nameof(Received));
        }
    }

    /// <summary>Copies the bytes, for a thread that has no hold on the slab after this call.</summary>
    private byte[] Copied(Slab slab)
    {
        Hold(slab);
        var copy = Bytes.ToArray();
        slab.Release();
        return copy;
    }

    /// <summary>Adds a hold. Another thread may release the message at the same time, so the hold is valid only if the message is unreleased after it.</summary>
    private void Hold(Slab slab)
    {
        Touch();
        var held = slab.TryHold();
        if (IsReleased)
        {
            if (held)
            {
                slab.Release();
            }

            throw LeaseChecks.Released(this, nameof(Received));
        }
    }

    /// <summary>Memory that is valid until the message is released, and throws after that.</summary>
    private sealed unsafe class LeasedMemory(Received received) : MemoryManager<byte>
    {
        public ReadOnlyMemory<byte> Whole => CreateMemory(received.Length);

        public override Span<byte> GetSpan()
        {
            var bytes = received.Span;
            return MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(bytes), bytes.Length);
        }

        public override MemoryHandle Pin(int elementIndex = 0)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)received.Length, nameof(elementIndex));
            received.ThrowIfReleased();
            var slab = (Slab)received._source;
            received.Hold(slab);

            // Each handle has its own pin, so that a second Unpin of a handle releases nothing.
            var pin = new HeldPin(slab);
            return new MemoryHandle(slab.Pointer + received._start + elementIndex, default, pin);
        }

        public override void Unpin()
        {
            // Each handle has its own pin.
        }

        protected override void Dispose(bool disposing)
        {
            // The message owns the bytes.
        }
    }

    /// <summary>The hold of one pinned handle, until it is disposed.</summary>
    private sealed class HeldPin(Slab slab) : IPinnable
    {
        private Slab? _slab = slab;

        public MemoryHandle Pin(int elementIndex) => throw new NotSupportedException();

        public void Unpin() => Interlocked.Exchange(ref _slab, null)?.Release();
    }
}

/// <summary>An ordinary array as an <see cref="IMemoryOwner{T}"/>.</summary>
internal sealed class OwnMemory(byte[] bytes) : IMemoryOwner<byte>
{
    private byte[]? _bytes = bytes;

    public Memory<byte> Memory => _bytes ?? throw new ObjectDisposedException(nameof(IMemoryOwner<byte>));

    public void Dispose() => _bytes = null;
}
