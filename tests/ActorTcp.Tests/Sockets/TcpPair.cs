using ActorTcp.Sockets;

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

    /// <summary>Waits until the kernel has brought a socket into a state.</summary>
    public static void AwaitState(Tcp tcp, TcpState state)
        => Assert.True(SpinWait.SpinUntil(() => tcp.GetState() == state, Limit), $"{tcp.GetState()}, not {state}");

    public static InvalidOperationException Failed() => new($"{Tcp.LastErrno}: {Tcp.ErrorText()}");

    public void Dispose()
    {
        Accepted.Dispose();
        Client.Dispose();
        Server.Dispose();
    }
}
