using System.Buffers;
using System.Text;
using ActorTcp.Memory;
using Akka.Actor;

namespace ActorTcp;

/// <summary>
/// To the handler: bytes from the peer. A message object has one life: after its release every access throws
/// <see cref="ObjectDisposedException"/>, for ever, the <see cref="Memory"/> that was read before included.
/// </summary>
/// <remarks>
/// <para>A <see cref="TcpHandler"/> borrows the bytes: they are released when it has processed the message, unless it stashed the
/// message. <see cref="Retain"/> copies them to keep them longer, and <see cref="ToSend"/> sends them on without a copy.</para>
/// <para>Any other actor gets a copy that belongs to the message. It may be kept, forwarded and stashed without limit, and
/// released early or never.</para>
/// <para>Thread rules: from any thread, at any time. Each access sees the bytes of this message or throws. A thread other than the
/// one that processes a borrowed message reads a copy of the bytes.</para>
/// </remarks>
public sealed class Received : INoSerializationVerificationNeeded
{
    private const int MostShown = 64;

    // A Slab, or the message's own byte[].
    private object _source;
    private int _start;
    private int _state;

    // Of a borrowed message: the thread that may read the slab in place, because the slab is not released while it does.
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
        /// <summary>On its way from the channel to the connection's actor; no user has seen it.</summary>
        Incoming = 1,
        /// <summary>The handler confirms it to the connection.</summary>
        AwaitsAck = 2,
        /// <summary>Released.</summary>
        Released = 4,
        /// <summary>Its receiver, which does not confirm it, has looked at the bytes, sent them on or released them.</summary>
        Touched = 8,
    }

    /// <summary>The offset of the first byte in the stream from the peer, in bytes. With a framing: of the frame, its header included.</summary>
    public long Offset { get; private set; }

    /// <summary>The number of bytes; at least 1, except for an empty frame. Known after the release, too.</summary>
    public int Length { get; }

    /// <summary>The bytes. The value throws <see cref="ObjectDisposedException"/> as well when it is used after the release.</summary>
    /// <exception cref="ObjectDisposedException">They have been released.</exception>
    public ReadOnlyMemory<byte> Memory
    {
        get
        {
            ThrowIfReleased();
            return _source is Slab ? new LeasedMemory(this).Whole : new ReadOnlyMemory<byte>((byte[])_source, _start, Length);
        }
    }

    /// <summary>The bytes. Do not use the value after the release.</summary>
    /// <exception cref="ObjectDisposedException">They have been released.</exception>
    public ReadOnlySpan<byte> Span
    {
        get
        {
            ThrowIfReleased();
            return _source is Slab slab && _processingThread != Environment.CurrentManagedThreadId ? Copied(slab) : Bytes;
        }
    }

    /// <summary>Whether the handler confirms this message to the connection.</summary>
    internal bool AwaitsAck => (_state & (int)State.AwaitsAck) != 0;

    /// <summary>Whether the channel sent it to the connection's actor. False for one that a user sends to a connection by mistake.</summary>
    internal bool IsIncoming => (_state & (int)State.Incoming) != 0;

    /// <summary>Whether its receiver has looked at the bytes, sent them on or released them.</summary>
    internal bool IsTouched => (Volatile.Read(ref _state) & (int)State.Touched) != 0;

    private bool IsReleased => (Volatile.Read(ref _state) & (int)State.Released) != 0;

    private ReadOnlySpan<byte> Bytes => _source is Slab slab ? slab.Span(_start, Length) : new ReadOnlySpan<byte>((byte[])_source, _start, Length);

    /// <summary>A message with a copy of some bytes, for a test that plays the connection. From any thread.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="offset">As <see cref="Offset"/>, in bytes.</param>
    public static Received CopyOf(ReadOnlySpan<byte> bytes, long offset = 0)
    {
        var own = GC.AllocateUninitializedArray<byte>(bytes.Length);
        bytes.CopyTo(own);
        return new Received(own, 0, own.Length, State.None) { Offset = offset };
    }

    /// <summary>Releases the bytes. Once, from any thread. A <see cref="TcpHandler"/> does it by itself when the processing ends.</summary>
    /// <exception cref="ObjectDisposedException">They have been released before.</exception>
    public void Release()
    {
        if (!TryRelease())
        {
            throw LeaseChecks.Released(this, nameof(Received));
        }
    }

    /// <summary>
    /// A <see cref="Send"/> of the same bytes, without a copy. Any number of times, for any number of connections: each Send holds
    /// the bytes by itself until it has been sent.
    /// </summary>
    /// <param name="token">As in <see cref="Send(ReadOnlyMemory{byte}, object?)"/>.</param>
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
    /// A second message with a copy of the bytes and the same offset, which stays valid when the processing of this one ends: to keep, to
    /// forward to another actor, to send later to any number of connections. Its release is optional.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The bytes have been released.</exception>
    public Received Retain() => CopyOf(Span, Offset);

    /// <summary>
    /// A copy of the bytes for code that works with <see cref="IMemoryOwner{T}"/>. The memory is not pooled, so a use after the disposal reaches no
    /// other connection's bytes.
    /// </summary>
    /// <returns>The owner. Its memory is exactly as long as the bytes.</returns>
    /// <exception cref="ObjectDisposedException">The bytes have been released.</exception>
    public IMemoryOwner<byte> RetainMemory() => new OwnMemory(Span.ToArray());

    /// <summary>The length, the offset and up to 64 bytes as UTF-8 text; no bytes after the release. Never throws, from any thread.</summary>
    public override string ToString()
    {
        var slab = _source as Slab;
        if (slab is not null && !slab.TryHold())
        {
            return Described(null);
        }

        // Held here: if the message is not released now, its memory stays as it is until the text is made.
        var text = IsReleased ? Described(null) : Described(Encoding.UTF8.GetString(Bytes[..Math.Min(Length, MostShown)]));
        slab?.Release();
        return text;
    }

    /// <summary>What a channel received; the hold is the message's now.</summary>
    internal static Received Incoming(in SlabSlice bytes) => new(bytes.Slab!, bytes.Offset, bytes.Length, State.Incoming);

    /// <summary>A message for a handler that confirms it; the hold is the message's now.</summary>
    internal static Received Lent(in SlabSlice bytes, long offset) =>
        new(bytes.Slab!, bytes.Offset, bytes.Length, State.AwaitsAck) { Offset = offset };

    /// <summary>Of an incoming message: makes it one for a handler that confirms it. Its bytes, without a hold.</summary>
    internal SlabSlice Lend(long offset)
    {
        Offset = offset;
        _state = (int)State.AwaitsAck;
        return new SlabSlice((Slab)_source, _start, Length);
    }

    /// <summary>The calling thread begins to process it and reads the bytes in place.</summary>
    internal void BeginProcessing() => _processingThread = Environment.CurrentManagedThreadId;

    /// <summary>Of an incoming message: makes it one for a handler that may keep it for ever, with bytes of its own.</summary>
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

    /// <summary>Of an incoming message: moves its hold to the caller. The message is not used any more.</summary>
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

    /// <summary>A copy for a thread that nothing keeps the slab for after this call.</summary>
    private byte[] Copied(Slab slab)
    {
        Hold(slab);
        var copy = Bytes.ToArray();
        slab.Release();
        return copy;
    }

    /// <summary>Another thread may release the message at this moment: the hold counts only if it was not released when it was taken.</summary>
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

    /// <summary>Memory that is as long valid as the message, and throws afterwards.</summary>
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

            // A pin of its own for each handle, so that an Unpin too many releases nothing.
            var pin = new HeldPin(slab);
            return new MemoryHandle(slab.Pointer + received._start + elementIndex, default, pin);
        }

        public override void Unpin()
        {
            // Each handle has a pin of its own.
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

/// <summary>An array of the garbage collector as an <see cref="IMemoryOwner{T}"/>.</summary>
internal sealed class OwnMemory(byte[] bytes) : IMemoryOwner<byte>
{
    private byte[]? _bytes = bytes;

    public Memory<byte> Memory => _bytes ?? throw new ObjectDisposedException(nameof(IMemoryOwner<byte>));

    public void Dispose() => _bytes = null;
}
