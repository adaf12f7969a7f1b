using System.Text;
using ActorTcp.Buffers;

namespace ActorTcp.Actors;

/// <summary>
/// To the handler: bytes from the peer. They are lent (<see cref="Lease"/>): a handler that is done with them may call
/// <see cref="Release"/>, or send them back with <see cref="ToSend"/>; the memory, and this message with it, is then used
/// again, and a server in steady state allocates nothing. A handler that does neither costs no more than garbage.
/// After <see cref="Release"/> or <see cref="ToSend"/> touch neither the message nor its memory any more.
/// </summary>
public sealed class Received
{
    private readonly Lease _lease;
    private Send? _send;
    private long _givenBack;

    private Received(Lease lease) => _lease = lease;

    /// <summary>The offset of the first byte in the stream from the peer: how many bytes came before it. With a framing: of the frame, its header included.</summary>
    public long Offset { get; private set; }

    /// <summary>Counts the lives of the object: with each lease it stands for other bytes.</summary>
    internal long Life { get; private set; }

    /// <summary>How many bytes; at least 1 but for an empty frame.</summary>
    public int Length => _lease.Length;

    /// <summary>The bytes.</summary>
    /// <exception cref="ObjectDisposedException">They have been released.</exception>
    public ReadOnlyMemory<byte> Memory => _lease.Memory;

    /// <summary>The bytes.</summary>
    /// <exception cref="ObjectDisposedException">They have been released.</exception>
    public ReadOnlySpan<byte> Span => _lease.Span;

    /// <summary>A message with a copy of some bytes, for whoever stands in for a connection, in a test for instance. From any thread.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="offset">As <see cref="Offset"/>, in bytes.</param>
    public static Received CopyOf(ReadOnlySpan<byte> bytes, long offset = 0) => Of(Lease.CopyOf(bytes), offset);

    /// <summary>Gives the memory back. Once, from any thread.</summary>
    /// <exception cref="ObjectDisposedException">They have been released before.</exception>
    public void Release()
    {
        _givenBack = Life;
        _lease.Release();
    }

    /// <summary>
    /// A <see cref="Send"/> of the same bytes, which takes the lease over: they are released when they are sent.
    /// To be told to one connection, once.
    /// </summary>
    /// <param name="token">As in <see cref="Send(ReadOnlyMemory{byte}, object?)"/>.</param>
    public Send ToSend(object? token = null)
    {
        _givenBack = Life;
        var send = _send ??= new Send();
        send.TakeOver(_lease, token);
        return send;
    }

    /// <summary>The offset, the length and the bytes as UTF-8 text, as far as 64 of them go.</summary>
    public override string ToString()
    {
        var shown = Span[..Math.Min(Length, 64)];
        return $"Received({Length} bytes at {Offset}: \"{Encoding.UTF8.GetString(shown)}{(Length > shown.Length ? "…" : "")}\")";
    }

    /// <summary>The message of a lease; the object stays with the lease over its lives.</summary>
    internal static Received Of(Lease lease, long offset)
    {
        if (lease.Companion is not Received received)
        {
            received = new Received(lease);
            lease.Companion = received;
        }

        received.Life++;
        received.Offset = offset;
        return received;
    }

    /// <summary>
    /// Releases it unless its receiver has done so, or sent it: then it may be in another life already, begun by another thread
    /// at this very moment. The last life that was given back only grows, so one look at it decides.
    /// </summary>
    internal void ReleaseIfHeld(long life)
    {
        if (Volatile.Read(ref _givenBack) < life)
        {
            Release();
        }
    }
}
