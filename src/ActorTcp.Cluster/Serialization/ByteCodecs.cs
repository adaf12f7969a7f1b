using System.Runtime.InteropServices;

namespace ActorTcp.Cluster.Serialization;

/// <summary>The messages with bytes: <see cref="Send"/> and <see cref="Received"/>.</summary>
internal static class ByteCodecs
{
    /// <summary>The number of bytes around the content of a small message: tags, lengths, the path of a connection.</summary>
    private const int Overhead = 160;

    public static IEnumerable<MessageCodec> All =>
    [
        MessageCodec.Of<Send>("S", Write, ReadSend, send => send.Length + Overhead),
        MessageCodec.Of<Received>("R", Write, ReadReceived, received => received.Length + Overhead),
    ];

    public static void Write(WireWriter writer, Send send)
    {
        send.CopyLeased();
        writer.Bytes(1, send.Memory.Span);
        writer.Any(2, send.Token);
        writer.TimeOrNull(3, send.Timeout);
        writer.Actor(4, send.Answered);
    }

    public static Send ReadSend(WireFields fields) =>
        Send.OfWire(fields.Bytes(1), fields.AnyOrNull(2), Validated(fields.TimeOrNull(3)), fields.ActorOrNull(4));

    private static TimeSpan? Validated(TimeSpan? timeout) => timeout < TimeSpan.Zero
        ? throw new ArgumentOutOfRangeException(nameof(timeout), timeout, $"Timeout is {timeout}; it must be 0 or above")
        : timeout;

    private static void Write(WireWriter writer, Received received)
    {
        writer.Bytes(1, received.Span);
        writer.Int(2, received.Offset);
        writer.Flag(3, received.AwaitsAck);
        writer.Flag(4, received.IsPartial);
    }

    private static Received ReadReceived(WireFields fields)
    {
        var bytes = fields.Bytes(1);
        var array = MemoryMarshal.TryGetArray(bytes, out var segment) ? segment : new ArraySegment<byte>(bytes.ToArray());
        return Received.Owned(array.Array!, array.Offset, array.Count, fields.Int64(2), fields.Flag(3), fields.Flag(4));
    }
}
