using System.Buffers;
using ActorTcp.Framing;

namespace ActorTcp.Protocol;

/// <summary>The rare properties of a Send: several buffers, a time-out, and shared frames. It is in the field of the token, and contains the token.</summary>
internal sealed class SendExtras(object? token)
{
    public object? Token => token;

    /// <summary>At least two buffers, none of them empty; null if there is one.</summary>
    public ReadOnlyMemory<byte>[]? Parts { get; init; }

    /// <summary>The number of bytes in the parts.</summary>
    public int Length { get; init; }

    public TimeSpan? Timeout { get; init; }

    /// <summary>The bytes of a leased Send that was written for another node.</summary>
    public ReadOnlyMemory<byte> Copy { get; init; }

    /// <summary>The frames of the bytes, if the members of a group share them; otherwise null.</summary>
    public SharedFrame? Shared { get; init; }

    public static (ReadOnlyMemory<byte>[] Parts, int Length) OfBuffers(
        IReadOnlyList<ReadOnlyMemory<byte>> buffers,
        Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> ofArray)
    {
        ArgumentNullException.ThrowIfNull(buffers);
        return Of([.. buffers.Where(buffer => !buffer.IsEmpty).Select(ofArray)]);
    }

    public static (ReadOnlyMemory<byte>[] Parts, int Length) OfArrays(IReadOnlyList<byte[]> buffers)
    {
        ArgumentNullException.ThrowIfNull(buffers);
        var parts = new List<ReadOnlyMemory<byte>>(buffers.Count);
        for (var i = 0; i < buffers.Count; i++)
        {
            var buffer = buffers[i] ?? throw new ArgumentException($"buffers[{i}] is null", nameof(buffers));
            if (buffer.Length > 0)
            {
                parts.Add(buffer);
            }
        }

        return Of([.. parts]);
    }

    public static (ReadOnlyMemory<byte>[] Parts, int Length) OfSequence(
        in ReadOnlySequence<byte> bytes,
        Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> ofArray)
    {
        var parts = new List<ReadOnlyMemory<byte>>();
        foreach (var segment in bytes)
        {
            if (!segment.IsEmpty)
            {
                parts.Add(ofArray(segment));
            }
        }

        return Of([.. parts]);
    }

    private static (ReadOnlyMemory<byte>[] Parts, int Length) Of(ReadOnlyMemory<byte>[] parts)
    {
        var length = parts.Sum(part => (long)part.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, int.MaxValue);
        return (parts, (int)length);
    }
}
