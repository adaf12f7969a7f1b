namespace ActorTcp.Tests.Sockets.Support;

/// <summary>Options of a socket as the kernel has them, read without the library.</summary>
internal static class RawOptions
{
    /// <summary>An option that is an int.</summary>
    public static int Number(Tcp tcp, int level, int name)
    {
        Span<byte> value = stackalloc byte[4];
        using var socket = Borrow(tcp);
        socket.GetRawSocketOption(level, name, value);
        return BitConverter.ToInt32(value);
    }

    /// <summary>An option that is a text.</summary>
    public static string Text(Tcp tcp, int level, int name)
    {
        Span<byte> value = stackalloc byte[16];
        using var socket = Borrow(tcp);
        var length = socket.GetRawSocketOption(level, name, value);
        return Encoding.ASCII.GetString(value[..length]).TrimEnd('\0');
    }

    /// <summary>The framework's socket of the same descriptor. Its end does not close the descriptor.</summary>
    public static Socket Borrow(Tcp tcp) => new(new SafeSocketHandle(tcp.SockFd, ownsHandle: false));
}
