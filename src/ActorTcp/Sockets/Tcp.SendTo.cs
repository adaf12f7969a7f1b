namespace ActorTcp.Sockets;

/// <content>The sendto forms: a connection has one peer, so the address is ignored.</content>
public sealed unsafe partial class Tcp
{
    /// <summary>As <see cref="Send(ReadOnlySpan{byte}, int?)"/>; the address is ignored.</summary>
    public int SendTo(SockAddr? remote, ReadOnlySpan<byte> buffer, int? timeout = null) => Send(buffer, timeout);

    /// <summary>As <see cref="Send(byte[], int?)"/>; the address is ignored.</summary>
    /// <exception cref="ArgumentNullException">No buffer.</exception>
    public int SendTo(SockAddr? remote, byte[] buffer, int? timeout = null) => Send(buffer, timeout);

    /// <summary>As <see cref="Send(byte[], int, int, int?)"/>; the address is ignored.</summary>
    /// <exception cref="ArgumentNullException">No buffer.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Offset or length lie outside of the buffer.</exception>
    public int SendTo(SockAddr? remote, byte[] buffer, int offset, int length, int? timeout = null)
        => Send(buffer, offset, length, timeout);

    /// <summary>As <see cref="Send(ReadOnlyMemory{byte}, int?)"/>; the address is ignored.</summary>
    public int SendTo(SockAddr? remote, ReadOnlyMemory<byte> buffer, int? timeout = null) => Send(buffer, timeout);

    /// <summary>As <see cref="Send(string, int?)"/>; the address is ignored.</summary>
    /// <exception cref="ArgumentNullException">No text.</exception>
    public int SendTo(SockAddr? remote, string text, int? timeout = null) => Send(text, timeout);

    /// <summary>As <see cref="Send(IReadOnlyList{ReadOnlyMemory{byte}}, int?)"/>; the address is ignored.</summary>
    /// <exception cref="ArgumentNullException">No list.</exception>
    /// <exception cref="ArgumentException">More than <see cref="int.MaxValue"/> bytes in all.</exception>
    public int SendTo(SockAddr? remote, IReadOnlyList<ReadOnlyMemory<byte>> buffers, int? timeout = null) => Send(buffers, timeout);

    /// <summary>As <see cref="Send(IReadOnlyList{byte[]}, int?)"/>; the address is ignored.</summary>
    /// <exception cref="ArgumentNullException">No list.</exception>
    /// <exception cref="ArgumentException">A buffer is null, or there are more than <see cref="int.MaxValue"/> bytes in all.</exception>
    public int SendTo(SockAddr? remote, IReadOnlyList<byte[]> buffers, int? timeout = null) => Send(buffers, timeout);
}
