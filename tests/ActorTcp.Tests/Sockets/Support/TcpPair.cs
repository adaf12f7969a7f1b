namespace ActorTcp.Tests.Sockets.Support;

/// <summary>Both ends of a connection over the loopback, and its server.</summary>
internal sealed class TcpPair : IDisposable
{
    /// <summary>Long enough for a busy machine. No test waits for it to pass.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

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

    /// <summary>Receives exactly this number of bytes.</summary>
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

    /// <summary>Sends until the kernel accepts almost nothing more. The other end must not receive meanwhile.</summary>
    public static void SendUntilBlocked(Tcp tcp)
    {
        var bytes = new byte[1 << 20];
        Eventually.Holds(() =>
        {
            // After the window is closed, the send buffer still has some room, and a probe may make the receiver free some memory.
            var isClosed = ServerSockets.AwaitsWindow(tcp.SockName()!.ToIPEndPoint(), tcp.PeerName()!.ToIPEndPoint());
            var isTaken = false;
            while (tcp.Send(bytes, TimeSpan.Zero) > 0)
            {
                isTaken = true;
            }

            return isClosed && !isTaken;
        });
        Assert.Equal(Errno.EAGAIN, Tcp.LastErrno);
    }

    /// <summary>Waits until the kernel has changed the state of a socket.</summary>
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
