namespace ActorTcp.Tests.Sockets;

/// <summary>ConnectAsync, AcceptAsync and AcceptAllAsync.</summary>
public sealed class TcpAwaitConnectionsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task ConnectAsync_and_AcceptAsync_make_a_connection()
    {
        using var server = TcpPair.Listen();
        var accepting = server.AcceptAsync().AsTask();
        Assert.False(accepting.IsCompleted);

        using var client = await Tcp.ConnectAsync(server.SockName()!).AsTask().WaitAsync(Limit);
        using var accepted = await accepting.WaitAsync(Limit);

        Assert.Equal(client.SockName(), accepted.PeerName());
        Assert.Equal(TcpState.Established, client.GetState());
    }

    [Fact]
    public async Task ConnectAsync_that_is_refused_throws_ECONNREFUSED()
        => Assert.Equal(Errno.ECONNREFUSED, (await Assert.ThrowsAsync<TcpException>(() => Tcp.ConnectAsync(LoopbackAddress.Refusing).AsTask())).Errno);

    [Fact]
    public async Task ConnectAsync_without_an_address_throws_ArgumentNullException()
        => await Assert.ThrowsAsync<ArgumentNullException>(async () => await Tcp.ConnectAsync(null!));

    [Fact]
    public async Task Cancelled_ConnectAsync_abandons_the_connect()
    {
        using var full = new FullBacklog();
        using var cancelling = new CancellationTokenSource();
        var connecting = Tcp.ConnectAsync(full.Address, cancelling.Token).AsTask();
        Assert.False(connecting.IsCompleted);
        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(Limit));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Tcp.ConnectAsync(full.Address, cancelling.Token).AsTask());
    }

    [Fact]
    public async Task ConnectAsync_that_has_to_wait_completes_when_the_server_has_room()
    {
        using var full = new FullBacklog();
        var connecting = Tcp.ConnectAsync(full.Address).AsTask();
        Assert.False(connecting.IsCompleted);
        full.TakeOne();

        using var client = await connecting.WaitAsync(Limit);
        Assert.Equal(TcpState.Established, client.GetState());
    }

    [Fact]
    public async Task AcceptAsync_ends_with_ObjectDisposedException_when_the_server_is_closed()
    {
        using var server = TcpPair.Listen();
        var accepting = server.AcceptAsync().AsTask();
        server.Close();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => accepting.WaitAsync(Limit));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => server.AcceptAsync().AsTask());
    }

    [Fact]
    public async Task Cancelled_AcceptAsync_loses_no_connection()
    {
        using var server = TcpPair.Listen(LoopbackAddress.Next().ToString());
        using var cancelling = new CancellationTokenSource();
        var accepting = server.AcceptAsync(cancelling.Token).AsTask();
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting.WaitAsync(Limit));

        using var client = Tcp.CreateClient(server.SockName(), TcpPair.Limit)!;
        using var accepted = await server.AcceptAsync().AsTask().WaitAsync(Limit);
        Assert.Equal(client.SockName(), accepted.PeerName());
    }

    [Fact]
    public async Task AcceptAsync_on_an_unsuitable_socket_throws()
    {
        using var pair = new TcpPair();
        Assert.Equal(Errno.EINVAL, (await Assert.ThrowsAsync<TcpException>(() => pair.Client.AcceptAsync().AsTask())).Errno);

        using var dispatcher = new PollDispatcher();
        Assert.True(dispatcher.Accept(pair.Server, (tcp, _) => tcp.Close()));
        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.Server.AcceptAsync().AsTask());

        Assert.True(pair.Server.Accept((Action<Tcp, SockAddr>?)null));
        _ = pair.Server.AcceptAsync().AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.Server.AcceptAsync().AsTask());
    }

    [Fact]
    public async Task AcceptAsync_takes_connections_of_ports_that_were_added_after_a_wait()
    {
        using var server = MPortsTests.ListenWithPorts(1);
        Assert.True(server.MPorts(0));
        var first = server.SockName()!;
        var accepting = server.AcceptAsync().AsTask();
        using (await Tcp.ConnectAsync(first))
        {
            (await accepting.WaitAsync(Limit)).Close();
        }

        Assert.True(server.MPorts(1));
        accepting = server.AcceptAsync().AsTask();
        using var client = await Tcp.ConnectAsync(first with { Port = first.Port + 1 });
        using var accepted = await accepting.WaitAsync(Limit);
        Assert.Equal(first.Port + 1, accepted.SockName()!.Port);
    }

    [Fact]
    public async Task AcceptAllAsync_takes_each_connection_until_the_server_is_closed()
    {
        using var server = TcpPair.Listen();
        var remotes = TakeAllAsync(server);
        var expected = new List<SockAddr?>();
        for (var i = 0; i < 5; i++)
        {
            using var client = await Tcp.ConnectAsync(server.SockName()!);
            expected.Add(client.SockName());
            Assert.Equal(0, await client.RecvAsync(new byte[1]).AsTask().WaitAsync(Limit));
        }

        server.Close();
        Assert.Equal(expected, await remotes.WaitAsync(Limit));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => TakeAllAsync(server));
    }

    [Fact]
    public async Task AcceptAllAsync_is_cancelled_by_its_token()
    {
        using var server = TcpPair.Listen();
        using var cancelling = new CancellationTokenSource();
        var remotes = TakeAllAsync(server, cancelling.Token);
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => remotes.WaitAsync(Limit));
    }

    [Fact]
    public void AcceptAllAsync_without_a_descriptor_continues_later_and_loses_no_connection() => ChildProcess.Run(AcceptWithoutDescriptor);

    private static void AcceptWithoutDescriptor()
    {
        var faults = new OneCallFails(SystemCall.Accept, Errno.EMFILE);
        AppContext.SetData(ISystemCallFaults.Key, faults);
        using var server = TcpPair.Listen();
        var remotes = TakeAllAsync(server);
        faults.Arm();
        using var client = Tcp.CreateClient(server.SockName(), TcpPair.Limit)!;
        Assert.True(client.Recv(new byte[1], TcpPair.Limit).IsEndOfStream);
        Assert.True(faults.Count >= 3, $"{faults.Count} calls: one that found nothing, one that failed, one that succeeded");
        server.Close();
        Assert.Equal(client.SockName(), Assert.Single(remotes.WaitAsync(Limit).GetAwaiter().GetResult()));
    }

    private static async Task<List<SockAddr?>> TakeAllAsync(Tcp server, CancellationToken cancellationToken = default)
    {
        var remotes = new List<SockAddr?>();
        await foreach (var accepted in server.AcceptAllAsync(cancellationToken))
        {
            remotes.Add(accepted.PeerName());
            accepted.Close();
        }

        return remotes;
    }
}
