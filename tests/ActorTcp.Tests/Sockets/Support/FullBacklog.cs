namespace ActorTcp.Tests.Sockets.Support;

/// <summary>A listener that accepts nothing and whose backlog is full: a connect to it hangs.</summary>
internal sealed class FullBacklog : IDisposable
{
    private readonly Tcp _server;
    private readonly List<Tcp> _waiting = [];

    public FullBacklog(string host = Tcp.INADDR_LOOPBACK)
    {
        _server = TcpPair.Listen(host, backlog: 1);
        // Linux accepts one more than the backlog; a connect that hangs shows that it is full.
        while (Tcp.CreateClient(Address, TimeSpan.FromMilliseconds(200)) is { } client)
        {
            _waiting.Add(client);
            Assert.InRange(_waiting.Count, 1, 16);
        }

        Assert.Equal(Errno.ETIMEDOUT, Tcp.LastErrno);
    }

    public SockAddr Address => _server.SockName()!;

    /// <summary>Accepts one of the queued connections, so that the backlog has room.</summary>
    public void TakeOne() => _server.Accept(TcpPair.Limit)!.Close();

    public void Dispose()
    {
        _server.Dispose();
        _waiting.ForEach(client => client.Dispose());
    }
}
