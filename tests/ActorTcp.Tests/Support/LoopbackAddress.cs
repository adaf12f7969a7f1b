namespace ActorTcp.Tests.Support;

/// <summary>
/// Addresses of the loopback (127.0.0.0/8, RFC 1122 section 3.2.1.3) for one test alone. Whatever else runs on the machine gets its ports
/// at 127.0.0.1: at an address of its own a test finds every port free, and a port that it gives back stays free until it takes it again.
/// </summary>
internal static class LoopbackAddress
{
    private static readonly Lazy<Socket> NotListening = new(Bind);
    private static int _given;

    /// <summary>An address that refuses each connect: this process holds its port and never listens there.</summary>
    public static SockAddr Refusing => (IPEndPoint)NotListening.Value.LocalEndPoint!;

    /// <summary>Another address at each call; that of a second test process differs in its second byte.</summary>
    public static IPAddress Next()
    {
        var number = (ushort)Interlocked.Increment(ref _given);
        return new IPAddress([127, (byte)(1 + (Environment.ProcessId % 254)), (byte)(number >> 8), (byte)number]);
    }

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(Next(), 0));
        return socket;
    }
}
