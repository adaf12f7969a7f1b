using ActorTcp.Sockets;
using ActorTcp.Tests.Support;

namespace ActorTcp.Tests.Sockets;

/// <summary>Two ends of a connection over the loopback, and the server that it came by.</summary>
internal sealed class TcpPair : IDisposable
{
    /// <summary>Long enough for a machine that has much else to do; nothing waits for it to pass.</summary>
    public const int Limit = 60_000;

    public TcpPair(string host = Tcp.INADDR_LOOPBACK)
    {
        Server = Listen(host);
        Client = Tcp.CreateClient(Server.SockName(), Limit) ?? throw Failed();
        Accepted = Server.Accept(Limit) ?? throw Failed();
    }

    public Tcp Server { get; }

    public Tcp Client { get; }

    public Tcp Accepted { get; }

    public static Tcp Listen(string host = Tcp.INADDR_LOOPBACK, int port = 0, int backlog = 128)
        => Tcp.CreateServer(Tcp.SockAddr(host, port), backlog) ?? throw Failed();

    /// <summary>Receives exactly so many bytes.</summary>
    public static byte[] RecvAll(Tcp tcp, int length)
    {
        var bytes = new byte[length];
        for (var received = 0; received < length;)
        {
            var count = tcp.Recv(bytes.AsSpan(received), Limit);
            Assert.True(count > 0, $"Recv answered {count} after {received} of {length} bytes");
            received += count;
        }

        return bytes;
    }

    /// <summary>Sends until nothing goes any more before the other end, which is to receive nothing meanwhile, does so.</summary>
    public static void SendUntilStuck(Tcp tcp)
    {
        var bytes = new byte[1 << 20];
        SendUntilStuck(tcp, () => tcp.Send(bytes, 0));
        Assert.Equal(Errno.EAGAIN, Tcp.LastErrno);
    }

    /// <summary>As above, with a send of the test's own, which is not to wait. Its answer says how much it sent.</summary>
    public static void SendUntilStuck(Tcp tcp, Func<int> send) => Eventually.Holds(() =>
    {
        // Behind a closed window the send buffer has room for a last time, if at all.
        var isClosed = ServerSockets.AwaitsWindow(tcp.SockName()!.ToIPEndPoint(), tcp.PeerName()!.ToIPEndPoint());
        var isTaken = false;
        while (send() > 0)
        {
            isTaken = true;
        }

        return isClosed && !isTaken;
    });

    /// <summary>Waits until the kernel has brought a socket into a state.</summary>
    public static void AwaitState(Tcp tcp, TcpState state)
        => Eventually.Holds(() => tcp.GetState() == state, () => $"{tcp.GetState()}, not {state}");

    public static InvalidOperationException Failed() => new($"{Tcp.LastErrno}: {Tcp.ErrorText()}");

    public void Dispose()
    {
        Accepted.Dispose();
        Client.Dispose();
        Server.Dispose();
    }
}
