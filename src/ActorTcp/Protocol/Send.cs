using System.Buffers;
using System.Text;
using ActorTcp.Framing;
using ActorTcp.Memory;
using ActorTcp.Protocol;
using Akka.Actor.Internal;
using Akka.Actor;

namespace ActorTcp;

/// <summary>
/// To a connection or a connector: send bytes. The bytes must not change until they are sent. A Send that a constructor or <see cref="Create"/> made may be
/// sent to any number of connections, any number of times. A Send of <see cref="Received.ToSend"/> may be sent once, to one connection. The next
/// connection answers it with <see cref="ConnectionProtocol.SendFailed"/>.
/// </summary>
public sealed class Send : ITcpMessage
{
    /// <summary>The value of the slab field after a connection has taken the bytes.</summary>
    private static readonly Slab Taken = new(NoHome.Instance, 0);

    /// <summary>The value of the slab field after leased bytes were copied into the <see cref="SendExtras"/>.</summary>
    private static readonly Slab Copied = new(NoHome.Instance, 0);

    private readonly ReadOnlyMemory<byte> _bytes;
    private Slab? _slab;

    // The token, or a SendExtras that contains it. Most Sends have no extras, so a second field would waste memory.
    private object? _token;

    // The connection whose bytes the calling actor processes now; null if it processes none.
    private readonly IActorRef? _answered = InternalCurrentActorCellKeeper.Current is { CurrentMessage: Received or ConnectionProtocol.Resumed } cell ? cell.Sender : null;

    /// <summary>Sends bytes.</summary>
    /// <param name="bytes">
    /// The bytes. They may be empty. Memory of an array is sent without a copy. Any other memory (<see cref="MemoryManager{T}"/>,
    /// <see cref="Received.Memory"/>) is copied by this constructor.
    /// </param>
    /// <param name="token">
    /// Null, the default: only a failure is reported. Otherwise the sender of this message receives <see cref="ConnectionProtocol.Sent"/> or
    /// <see cref="ConnectionProtocol.SendFailed"/> with this token, once.
    /// </param>
    public Send(ReadOnlyMemory<byte> bytes, object? token = null)
    {
        _bytes = OfArray(bytes);
        _token = token;
    }

    /// <summary>
    /// Sends several buffers as one. No other bytes come between them, and they have one outcome. With a framing they are copied, and are the payload of one
    /// frame. Without a framing they are sent without a copy, with one gathering system call if the kernel accepts all of them.
    /// </summary>
    /// <param name="buffers">
    /// The buffers, in their order. The list is copied. Memory of an array is sent without a copy. Any other memory is copied by this constructor.
    /// </param>
    /// <param name="token">
    /// Null, the default: only a failure is reported. Otherwise the sender of this message receives <see cref="ConnectionProtocol.Sent"/> or
    /// <see cref="ConnectionProtocol.SendFailed"/> with this token, once.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="buffers"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The buffers have more than <see cref="int.MaxValue"/> bytes together.</exception>
    public Send(IReadOnlyList<ReadOnlyMemory<byte>> buffers, object? token = null)
        : this(SendExtras.OfBuffers(buffers, OfArray), token)
    {
    }

    /// <summary>
    /// Sends several arrays as one. No other bytes come between them, and they have one outcome. With a framing they are the payload of one frame.
    /// </summary>
    /// <param name="buffers">The arrays, in their order. The list is copied, and the bytes are not.</param>
    /// <param name="token">
    /// Null, the default: only a failure is reported. Otherwise the sender of this message receives <see cref="ConnectionProtocol.Sent"/> or
    /// <see cref="ConnectionProtocol.SendFailed"/> with this token, once.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="buffers"/> is null.</exception>
    /// <exception cref="ArgumentException">An array is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The buffers have more than <see cref="int.MaxValue"/> bytes together.</exception>
    public Send(IReadOnlyList<byte[]> buffers, object? token = null)
        : this(SendExtras.OfArrays(buffers), token)
    {
    }

    /// <summary>
    /// Sends the segments of a sequence as one. No other bytes come between them, and they have one outcome. With a framing they are the payload of one
    /// frame.
    /// </summary>
    /// <param name="bytes">The bytes. Memory of an array is sent without a copy. Any other memory is copied by this constructor.</param>
    /// <param name="token">
    /// Null, the default: only a failure is reported. Otherwise the sender of this message receives <see cref="ConnectionProtocol.Sent"/> or
    /// <see cref="ConnectionProtocol.SendFailed"/> with this token, once.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The sequence has more than <see cref="int.MaxValue"/> bytes.</exception>
    public Send(ReadOnlySequence<byte> bytes, object? token = null)
        : this(SendExtras.OfSequence(bytes, OfArray), token)
    {
    }

    /// <summary>Sends a text in UTF-8.</summary>
    /// <param name="text">The text.</param>
    /// <param name="token">
    /// Null, the default: only a failure is reported. Otherwise the sender of this message receives <see cref="ConnectionProtocol.Sent"/> or
    /// <see cref="ConnectionProtocol.SendFailed"/> with this token, once.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public Send(string text, object? token = null)
        : this(Encoding.UTF8.GetBytes(text ?? throw new ArgumentNullException(nameof(text))), token)
    {
    }

    /// <summary>Creates a Send of the bytes that a method writes, for example with <c>Utf8JsonWriter</c>.</summary>
    /// <param name="write">Writes the bytes. It is called once, before Create returns. It must not keep the writer.</param>
    /// <param name="token">
    /// Null, the default: only a failure is reported. Otherwise the sender of this message receives <see cref="ConnectionProtocol.Sent"/> or
    /// <see cref="ConnectionProtocol.SendFailed"/> with this token, once.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="write"/> is null.</exception>
    public static Send Create(Action<IBufferWriter<byte>> write, object? token = null)
    {
        ArgumentNullException.ThrowIfNull(write);
        var writer = new ArrayBufferWriter<byte>();
        write(writer);
        return new Send(writer.WrittenMemory, token);
    }

    /// <summary>Creates a Send that another node has sent. The bytes are owned by it.</summary>
    internal static Send OfWire(ReadOnlyMemory<byte> bytes, object? token, TimeSpan? timeout, IActorRef? answered) =>
        new(new OutboundSegment(bytes, null, null), timeout is null ? token : new SendExtras(token) { Timeout = timeout }, answered);

    /// <summary>Creates a Send of leased bytes. It takes over the hold.</summary>
    internal Send(in SlabSlice bytes, object? token)
    {
        _bytes = bytes.Memory;
        _slab = bytes.Slab;
        _token = token;
    }

    private Send(in (ReadOnlyMemory<byte>[] Parts, int Length) parts, object? token)
    {
        _bytes = parts.Parts is [var only] ? only : default;
        _token = parts.Parts.Length > 1 ? new SendExtras(token) { Parts = parts.Parts, Length = parts.Length } : token;
    }

    /// <summary>
    /// The bytes; several buffers are joined in their order. If <see cref="Received.ToSend"/> made the Send, the value is a copy of the bytes.
    /// </summary>
    /// <exception cref="ObjectDisposedException"><see cref="Received.ToSend"/> made the Send, and a connection has taken the bytes.</exception>
    public ReadOnlyMemory<byte> Memory
    {
        get
        {
            if (Volatile.Read(ref _slab) is not { } slab)
            {
                return Parts is null ? _bytes : Joined();
            }

            if (ReferenceEquals(slab, Copied))
            {
                return ((SendExtras)_token!).Copy;
            }

            if (!slab.TryHold())
            {
                throw LeaseChecks.Released(this, nameof(Send));
            }

            try
            {
                return ReferenceEquals(Volatile.Read(ref _slab), slab) ? _bytes.ToArray() : throw LeaseChecks.Released(this, nameof(Send));
            }
            finally
            {
                slab.Release();
            }
        }
    }

    /// <summary>The token of the outcome; null if only a failure is reported.</summary>
    public object? Token => _token is SendExtras extras ? extras.Token : _token;

    /// <summary>
    /// The maximum time until the kernel has accepted all bytes. It starts when the connection processes this message. Null, the default, is no limit. With
    /// zero, the Send fails if the kernel does not accept it at once. A time above about 24 days counts as 24 days.
    /// </summary>
    /// <remarks>
    /// When the time is over, the sender receives <see cref="ConnectionProtocol.SendFailed"/> with ETIMEDOUT, with or without a token. If the kernel has
    /// accepted no byte, the bytes are removed from the queue, and the connection continues. If it has accepted a part, the connection ends with
    /// <see cref="CloseReason.Error"/> and ETIMEDOUT, because the stream would be incomplete without the rest.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan? Timeout
    {
        get => (_token as SendExtras)?.Timeout;
        init
        {
            if (value < TimeSpan.Zero)
            {
                throw new ArgumentOutOfRangeException(nameof(Timeout), value, $"Timeout is {value}; it must be 0 or above, or null");
            }

            if (value is not null || _token is SendExtras)
            {
                _token = new SendExtras(Token) { Parts = Parts, Length = (_token as SendExtras)?.Length ?? 0, Timeout = value };
            }
        }
    }

    /// <summary>The number of bytes.</summary>
    internal int Length => _token is SendExtras { Parts: not null } extras ? extras.Length : _bytes.Length;

    /// <summary>The buffers: at least two, and none of them empty. Null if there is only one.</summary>
    internal ReadOnlyMemory<byte>[]? Parts => (_token as SendExtras)?.Parts;

    /// <summary>The connection whose bytes the actor that made it was processing; null if there is none.</summary>
    internal IActorRef? Answered => _answered;

    /// <summary>The frames of the bytes, if the members of a group share them.</summary>
    internal SharedFrame? Shared => (_token as SendExtras)?.Shared;

    /// <summary>Whether an actor made it while it processed bytes that it received from this connection.</summary>
    internal bool Answers(IActorRef connection) => ReferenceEquals(_answered, connection);

    /// <summary>Returns the length and the token.</summary>
    public override string ToString() => $"Send({Length} bytes{(Token is null ? "" : $", {Token}")})";

    /// <summary>Returns all bytes of several buffers in one array.</summary>
    internal byte[] Joined()
    {
        var bytes = new byte[Length];
        var at = 0;
        foreach (var part in Parts!)
        {
            part.CopyTo(bytes.AsMemory(at));
            at += part.Length;
        }

        return bytes;
    }

    /// <summary>Moves the bytes of the one buffer to the caller, with their hold if they are leased.</summary>
    /// <param name="segment">The bytes to send, without a tag.</param>
    /// <returns>False if they are leased and have been taken before.</returns>
    internal bool TryTake(out OutboundSegment segment)
    {
        Slab? slab = null;
        if (_slab is not null)
        {
            slab = Interlocked.Exchange(ref _slab, Taken);
            if (ReferenceEquals(slab, Taken))
            {
                segment = default;
                return false;
            }

            if (ReferenceEquals(slab, Copied))
            {
                segment = new OutboundSegment(((SendExtras)_token!).Copy, null, null);
                return true;
            }

            LeaseChecks.NoteRelease(this, slab);
        }

        segment = new OutboundSegment(_bytes, slab, null);
        return true;
    }

    /// <summary>
    /// Copies leased bytes and releases the lease, because the Send leaves this process. It can be written again, as Akka does when an association is lost.
    /// The caller is the only one that uses the Send.
    /// </summary>
    /// <exception cref="ObjectDisposedException">A connection has taken the bytes.</exception>
    internal void CopyLeased()
    {
        if (_slab is not { } slab || ReferenceEquals(slab, Copied))
        {
            return;
        }

        _token = new SendExtras(Token) { Timeout = Timeout, Copy = Memory };
        if (Interlocked.CompareExchange(ref _slab, Copied, slab) == slab)
        {
            slab.Release();
        }
    }

    /// <summary>Releases the bytes unsent.</summary>
    internal void Drop()
    {
        if (_slab is not null && TryTake(out var segment))
        {
            segment.Slab?.Release();
        }
    }

    /// <summary>
    /// Creates a Send of the same bytes with another token; null if they are leased and have been taken before. If they are leased, this Send is not used
    /// after that.
    /// </summary>
    /// <param name="token">The token.</param>
    /// <param name="copied">Whether leased bytes are copied and released.</param>
    internal Send? With(object? token, bool copied = false)
    {
        if (!TryTake(out var segment))
        {
            return null;
        }

        if (segment.Slab is not { } slab || !copied)
        {
            return new Send(segment, TokenAs(token), _answered);
        }

        var send = new Send(segment with { Memory = segment.Memory.ToArray(), Slab = null }, TokenAs(token), _answered);
        slab.Release();
        return send;
    }

    private Send(in OutboundSegment segment, object? token, IActorRef? answered)
    {
        _bytes = segment.Memory;
        _slab = segment.Slab;
        _token = token;
        _answered = answered;
    }

    /// <summary>
    /// Creates a Send of the same bytes and time-out for all members of a group. It has no token and no lease, and its frame is encoded once for each
    /// framing. If the bytes are leased, this Send is not used after that.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The bytes are leased, and a connection has taken them.</exception>
    internal Send ForGroup()
    {
        if (Parts is not null)
        {
            return new Send(new OutboundSegment(Joined(), null, null), new SendExtras(null) { Timeout = Timeout, Shared = new SharedFrame() }, _answered);
        }

        if (!TryTake(out var segment))
        {
            throw LeaseChecks.Released(this, nameof(Send));
        }

        var bytes = segment.Memory;
        if (segment.Slab is { } slab)
        {
            bytes = bytes.ToArray();
            slab.Release();
        }

        return new Send(new OutboundSegment(bytes, null, null), new SendExtras(null) { Timeout = Timeout, Shared = new SharedFrame() }, _answered);
    }

    private object? TokenAs(object? token) =>
        _token is SendExtras extras ? new SendExtras(token) { Parts = extras.Parts, Length = extras.Length, Timeout = extras.Timeout, Shared = extras.Shared } : token;

    /// <summary>Copies memory that is not an array. A <see cref="MemoryManager{T}"/> of the user could throw, or free the memory, while a connection sends it.</summary>
    private static ReadOnlyMemory<byte> OfArray(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetMemoryManager<byte, MemoryManager<byte>>(bytes, out _) ? bytes.ToArray() : bytes;

    private sealed class NoHome : ISlabHome
    {
        public static readonly NoHome Instance = new();

        public void Return(Slab slab)
        {
            // The slab Taken marks bytes that are gone. It is never rented, so it is never returned.
        }
    }
}
