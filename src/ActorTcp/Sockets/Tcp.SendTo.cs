namespace ActorTcp.Sockets;

/// <content>The sendto forms: a connection has one peer, so the address is ignored.</content>
public sealed unsafe partial class Tcp
{
    /// <summary>As <see cref="Send(ReadOnlySpan{byte}, TimeSpan?)"/>; the address is ignored.</summary>
    public SocketResult SendTo(SockAddr? remote, ReadOnlySpan<byte> buffer, TimeSpan? timeout = null) => Send(buffer, timeout);

    /// <summary>As <see cref="Send(byte[], TimeSpan?)"/>; the address is ignored.</summary>
    /// <exception cref="ArgumentNullException">No buffer.</exception>
    public SocketResult SendTo(SockAddr? remote, byte[] buffer, TimeSpan? timeout = null) => Send(buffer, timeout);

    /// <summary>As <see cref="Send(byte[], int)"/>; the address is ignored.</summary>
    /// <exception cref="ArgumentNullException">No buffer.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The offset lies outside of the buffer.</exception>
    public SocketResult SendTo(SockAddr? remote, byte[] buffer, int offset) => Send(buffer, offset);

    /// <summary>As <see cref="Send(byte[], int, int, TimeSpan?)"/>; the address is ignored.</summary>
    /// <exception cref="ArgumentNullException">No buffer.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Offset or length lie outside of the buffer.</exception>
    public SocketResult SendTo(SockAddr? remote, byte[] buffer, int offset, int length, TimeSpan? timeout = null)
        => Send(buffer, offset, length, timeout);

    /// <summary>As <see cref="Send(ReadOnlyMemory{byte}, TimeSpan?)"/>; the address is ignored.</summary>
    [OverloadResolutionPriority(AfterSpan)]
    public SocketResult SendTo(SockAddr? remote, ReadOnlyMemory<byte> buffer, TimeSpan? timeout = null) => Send(buffer, timeout);

    /// <summary>As <see cref="Send(string, TimeSpan?)"/>; the address is ignored.</summary>
    /// <exception cref="ArgumentNullException">No text.</exception>
    public SocketResult SendTo(SockAddr? remote, string text, TimeSpan? timeout = null) => Send(text, timeout);

    /// <summary>As <see cref="Send(IReadOnlyList{ReadOnlyMemory{byte}}, TimeSpan?)"/>; the address is ignored.</summary>
    /// <exception cref="ArgumentNullException">No list.</exception>
    /// <exception cref="ArgumentException">More than <see cref="int.MaxValue"/> bytes in all.</exception>
    [OverloadResolutionPriority(AfterSpan)]
    public SocketResult SendTo(SockAddr? remote, IReadOnlyList<ReadOnlyMemory<byte>> buffers, TimeSpan? timeout = null) => Send(buffers, timeout);

    /// <summary>As <see cref="Send(IReadOnlyList{byte[]}, TimeSpan?)"/>; the address is ignored.</summary>
    /// <exception cref="ArgumentNullException">No list.</exception>
    /// <exception cref="ArgumentException">A buffer is null, or there are more than <see cref="int.MaxValue"/> bytes in all.</exception>
    [OverloadResolutionPriority(AfterSpan)]
    public SocketResult SendTo(SockAddr? remote, IReadOnlyList<byte[]> buffers, TimeSpan? timeout = null) => Send(buffers, timeout);
}
