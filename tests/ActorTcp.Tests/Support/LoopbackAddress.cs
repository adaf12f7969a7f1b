namespace ActorTcp.Tests.Support;

/// <summary>
/// Addresses of the loopback (127.0.0.0/8, RFC 1122 section 3.2.1.3), each for one test only.
/// Other programs use ports at 127.0.0.1. At its own address a test finds every port free, and a released port stays free until the test uses it again.
/// </summary>
internal static class LoopbackAddress
{
    private static readonly Lazy<Socket> NotListening = new(Bind);
    private static int _given;

    /// <summary>An address that refuses each connect: this process reserves its port and never listens there.</summary>
    public static SockAddr Refusing => (IPEndPoint)NotListening.Value.LocalEndPoint!;

    /// <summary>Returns another address at each call. The addresses of a second test process differ in the second byte.</summary>
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
