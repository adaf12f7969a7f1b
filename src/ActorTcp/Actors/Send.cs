using System.Buffers;
using System.Text;
using Akka.Actor;
using Akka.Actor.Internal;
using ActorTcp.Buffers;

namespace ActorTcp.Actors;

/// <summary>
/// To a connection: send bytes. They must not change until they are sent. A Send that a constructor made may be sent to any
/// number of connections, any number of times. One from <see cref="Received.ToSend"/> is for one connection, once: a
/// second one answers <see cref="ConnectionProtocol.SendFailed"/>; call ToSend again for each connection.
/// </summary>
public sealed class Send : INoSerializationVerificationNeeded
{
    /// <summary>In the place of the slab when a connection has taken the bytes.</summary>
    private static readonly Slab Taken = new(NoHome.Instance, 0);

    private readonly ReadOnlyMemory<byte> _bytes;
    private Slab? _slab;

    // The connection whose bytes the calling actor processes; null outside of that.
    private readonly IActorRef? _answered = InternalCurrentActorCellKeeper.Current is { CurrentMessage: Received or ConnectionProtocol.Resumed } cell ? cell.Sender : null;

    /// <summary>Sends bytes.</summary>
    /// <param name="bytes">
    /// The bytes. None at all is allowed, and sent at once. Memory of an array is sent from where it is; memory of any other
    /// kind (<see cref="MemoryManager{T}"/>, <see cref="Received.Memory"/>) is copied here.
    /// </param>
    /// <param name="token">
    /// Null: only a failure is reported. Otherwise the sender of this message receives either
    /// <see cref="ConnectionProtocol.Sent"/> or <see cref="ConnectionProtocol.SendFailed"/> with this token, once.
    /// </param>
    public Send(ReadOnlyMemory<byte> bytes, object? token = null)
    {
        // A foreign manager may throw or take its memory away later, in the middle of a connection's send.
        _bytes = MemoryMarshal.TryGetMemoryManager<byte, MemoryManager<byte>>(bytes, out _) ? bytes.ToArray() : bytes;
        Token = token;
    }

    /// <summary>Sends a text in UTF-8.</summary>
    /// <param name="text">The text.</param>
    /// <param name="token">As in <see cref="Send(ReadOnlyMemory{byte}, object?)"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public Send(string text, object? token = null)
        : this(Encoding.UTF8.GetBytes(text ?? throw new ArgumentNullException(nameof(text))), token)
    {
    }

    /// <summary>Sends leased bytes; the hold is the Send's now.</summary>
    internal Send(in SlabSlice bytes, object? token)
    {
        _bytes = bytes.Memory;
        _slab = bytes.Slab;
        Token = token;
    }

    /// <summary>The bytes. Those of a Send from <see cref="Received.ToSend"/> are a copy.</summary>
    /// <exception cref="ObjectDisposedException">It is from <see cref="Received.ToSend"/>, and a connection has taken the bytes.</exception>
    public ReadOnlyMemory<byte> Memory
    {
        get
        {
            if (Volatile.Read(ref _slab) is not { } slab)
            {
                return _bytes;
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

    /// <summary>The token of the outcome; null if none is asked for.</summary>
    public object? Token { get; }

    /// <summary>The number of bytes.</summary>
    internal int Length => _bytes.Length;

    /// <summary>Whether an actor made it while it processed bytes that it received from this connection.</summary>
    internal bool Answers(IActorRef connection) => ReferenceEquals(_answered, connection);

    /// <summary>The length and the token.</summary>
    public override string ToString() => $"Send({Length} bytes{(Token is null ? "" : $", {Token}")})";

    /// <summary>Moves the bytes to the caller, with their hold if they are leased.</summary>
    /// <param name="segment">The bytes to be sent; without a tag.</param>
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

            LeaseChecks.NoteRelease(this, slab);
        }

        segment = new OutboundSegment(_bytes, slab, null);
        return true;
    }

    /// <summary>Releases the bytes unsent.</summary>
    internal void Drop()
    {
        if (_slab is not null && TryTake(out var segment))
        {
            segment.Slab?.Release();
        }
    }

    /// <summary>The same bytes with another token; null if they are leased and have been taken before. This Send is not used any more if they are leased.</summary>
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
            return new Send(segment, token, _answered);
        }

        var send = new Send(segment with { Memory = segment.Memory.ToArray(), Slab = null }, token, _answered);
        slab.Release();
        return send;
    }

    private Send(in OutboundSegment segment, object? token, IActorRef? answered)
    {
        _bytes = segment.Memory;
        _slab = segment.Slab;
        Token = token;
        _answered = answered;
    }

    private sealed class NoHome : ISlabHome
    {
        public static readonly NoHome Instance = new();

        public void Return(Slab slab)
        {
            // The mark for bytes that are gone is never rented.
        }
    }
}
