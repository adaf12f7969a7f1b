using System.Runtime.CompilerServices;

namespace ActorTcp.Tests.Sockets;

/// <summary>RecvAsync, SendAsync and DisposeAsync on any thread, without polling.</summary>
public sealed class TcpAwaitTests
{
    private const int Rounds = 20_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task RecvAsync_without_bytes_completes_when_the_peer_sends()
    {
        using var pair = new TcpPair();
        var buffer = new byte[8];
        var received = pair.Accepted.RecvAsync(buffer).AsTask();
        Assert.False(received.IsCompleted);

        pair.Client.Send("hello");

        Assert.Equal(5, await received.WaitAsync(Limit));
        Assert.Equal("hello"u8.ToArray(), buffer[..5]);
    }

    [Fact]
    public async Task RecvAsync_at_the_end_of_the_stream_is_0_and_IsEof()
    {
        using var pair = new TcpPair();
        var received = pair.Accepted.RecvAsync(new byte[8]).AsTask();
        pair.Client.Close();

        Assert.Equal(0, await received.WaitAsync(Limit));
        Assert.True(pair.Accepted.IsEof());
        Assert.Equal(0, await pair.Accepted.RecvAsync(new byte[8]));
    }

    [Fact]
    public async Task RecvAsync_on_a_reset_connection_throws_ECONNRESET()
    {
        using var pair = new TcpPair();
        var received = pair.Accepted.RecvAsync(new byte[8]).AsTask();
        pair.Client.SetLinger(true, 0);
        pair.Client.Close();

        var failure = await Assert.ThrowsAsync<TcpException>(() => received.WaitAsync(Limit));
        Assert.Equal(Errno.ECONNRESET, failure.Errno);
        Assert.Contains("ECONNRESET", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RecvAsync_on_a_listener_throws_ENOTCONN()
    {
        using var server = TcpPair.Listen();
        Assert.Equal(Errno.ENOTCONN, (await Assert.ThrowsAsync<TcpException>(() => server.RecvAsync(new byte[1]).AsTask())).Errno);
    }

    [Fact]
    public async Task SendAsync_sends_all_while_the_peer_reads_slowly()
    {
        using var pair = new TcpPair();
        var bytes = new byte[8 << 20];
        new Random(1).NextBytes(bytes);
        var sent = pair.Client.SendAsync(bytes).AsTask();
        Assert.False(sent.IsCompleted);

        var received = new byte[bytes.Length];
        for (var count = 0; count < received.Length;)
        {
            count += await pair.Accepted.RecvAsync(received.AsMemory(count)).AsTask().WaitAsync(Limit);
        }

        await sent.WaitAsync(Limit);
        Assert.True(bytes.AsSpan().SequenceEqual(received));
    }

    [Fact]
    public async Task SendAsync_to_a_peer_that_is_gone_throws()
    {
        using var pair = new TcpPair();
        TcpPair.SendUntilBlocked(pair.Client);
        var sent = pair.Client.SendAsync(new byte[1]).AsTask();
        pair.Accepted.SetLinger(true, 0);
        pair.Accepted.Close();

        Assert.True((await Assert.ThrowsAsync<TcpException>(() => sent.WaitAsync(Limit))).Errno is Errno.ECONNRESET or Errno.EPIPE);
    }

    [Fact]
    public async Task One_receive_and_one_send_wait_at_the_same_time()
    {
        using var pair = new TcpPair();
        TcpPair.SendUntilBlocked(pair.Client);
        var sent = pair.Client.SendAsync(new byte[1]).AsTask();
        var received = pair.Client.RecvAsync(new byte[1]).AsTask();

        pair.Accepted.Send("x");
        Assert.Equal(1, await received.WaitAsync(Limit));
        Assert.False(sent.IsCompleted);
        var buffer = new byte[1 << 20];
        while (!sent.IsCompleted)
        {
            // The last byte may be received before the task of the Send has completed.
            await Task.WhenAny(sent, pair.Accepted.RecvAsync(buffer).AsTask()).WaitAsync(Limit);
        }

        await sent;
    }

    [Fact]
    public async Task Second_receive_or_send_while_one_waits_throws_InvalidOperationException()
    {
        using var pair = new TcpPair();
        TcpPair.SendUntilBlocked(pair.Client);
        var sent = pair.Client.SendAsync(new byte[1]).AsTask();
        var received = pair.Client.RecvAsync(new byte[1]).AsTask();

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => pair.Client.RecvAsync(new byte[1]).AsTask());
        Assert.StartsWith("RecvAsync", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.Client.SendAsync(new byte[1]).AsTask());
        Assert.False(sent.IsCompleted || received.IsCompleted);
    }

    [Fact]
    public async Task Close_on_another_thread_ends_both_waits_with_ObjectDisposedException()
    {
        using var pair = new TcpPair();
        TcpPair.SendUntilBlocked(pair.Client);
        var sent = pair.Client.SendAsync(new byte[1]).AsTask();
        var received = pair.Client.RecvAsync(new byte[1]).AsTask();

        pair.Client.Close();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => sent.WaitAsync(Limit));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => received.WaitAsync(Limit));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pair.Client.RecvAsync(new byte[1]).AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pair.Client.SendAsync(new byte[1]).AsTask());
    }

    [Fact]
    public async Task FlyAway_ends_the_wait_and_the_next_object_can_await_the_descriptor()
    {
        using var pair = new TcpPair();
        var received = pair.Accepted.RecvAsync(new byte[8]).AsTask();
        var fd = pair.Accepted.SockFd;
        pair.Accepted.FlyAway();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => received.WaitAsync(Limit));

        using var taken = Tcp.CreateByFd(fd)!;
        received = taken.RecvAsync(new byte[8]).AsTask();
        pair.Client.Send("abc");
        Assert.Equal(3, await received.WaitAsync(Limit));
    }

    [Fact]
    public async Task Cancelled_receive_loses_nothing_and_leaves_the_socket_usable()
    {
        using var pair = new TcpPair();
        using var cancelling = new CancellationTokenSource();
        var received = pair.Accepted.RecvAsync(new byte[8], cancelling.Token).AsTask();
        await cancelling.CancelAsync();
        var failure = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => received.WaitAsync(Limit));
        Assert.Equal(cancelling.Token, failure.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pair.Accepted.RecvAsync(new byte[8], cancelling.Token).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pair.Accepted.SendAsync(new byte[8], cancelling.Token).AsTask());

        received = pair.Accepted.RecvAsync(new byte[8]).AsTask();
        pair.Client.Send("abc");
        Assert.Equal(3, await received.WaitAsync(Limit));
    }

    [Fact]
    public void RecvAsync_and_SendAsync_that_complete_at_once_allocate_nothing()
    {
        using var pair = new TcpPair();
        var buffer = new byte[64];
        var allocated = Allocation.InSteadyState(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                var sent = pair.Client.SendAsync(buffer);
                Assert.True(sent.IsCompletedSuccessfully);
                while (pair.Accepted.Pending() == 0)
                {
                    Thread.Yield();
                }

                var received = pair.Accepted.RecvAsync(buffer);
                Assert.True(received is { IsCompletedSuccessfully: true, Result: > 0 });
            }
        });
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Wait_allocates_no_more_than_a_debug_build_needs() => ChildProcess.Run(CountAllocation);

    [Fact]
    public async Task Await_that_began_on_a_loop_continues_on_that_loop()
    {
        using var pair = new TcpPair();
        using var loop = new PollLoop(0, "await", (_, _) => { });
        loop.Start();
        var places = ReceiveOn(loop, pair.Accepted, 3);
        for (var i = 0; i < 3; i++)
        {
            pair.Client.Send("x");
            TcpPair.RecvAll(pair.Client, 1);
        }

        Assert.Equal([loop, loop, loop], await places.WaitAsync(Limit));
    }

    [Fact]
    public async Task Await_whose_loop_has_stopped_continues_on_the_thread_pool()
    {
        using var pair = new TcpPair();
        var loop = new PollLoop(0, "await", (_, _) => { });
        loop.Start();
        var places = ReceiveOn(loop, pair.Accepted, 1);
        var turned = new TaskCompletionSource();
        loop.Post(turned.SetResult);
        await turned.Task.WaitAsync(Limit);
        loop.Dispose();
        pair.Client.Send("x");

        Assert.Equal([null], await places.WaitAsync(Limit));
    }

    [Fact]
    public async Task Continuation_that_blocks_does_not_hold_up_other_awaits()
    {
        using var first = new TcpPair();
        using var second = new TcpPair();
        using var release = new ManualResetEventSlim();
        var blocked = BlockAfterReceive(first.Accepted, release);
        first.Client.Send("x");
        var received = second.Accepted.RecvAsync(new byte[1]).AsTask();
        second.Client.Send("x");

        Assert.Equal(1, await received.WaitAsync(Limit));
        release.Set();
        await blocked.WaitAsync(Limit);
    }

    [Fact]
    public async Task DisposeAsync_closes_the_socket()
    {
        using var pair = new TcpPair();
        await using (pair.Client)
        {
            pair.Client.SetLinger(true, 1);
        }

        Assert.Equal(-1, pair.Client.SockFd);
        Assert.Equal(0, await pair.Accepted.RecvAsync(new byte[1]).AsTask().WaitAsync(Limit));
    }

    [Fact]
    public void Socket_that_waited_once_is_collected_when_it_is_unreachable() => ChildProcess.Run(ForgetAwaited);

    private static Task<PollLoop?[]> ReceiveOn(PollLoop loop, Tcp tcp, int times)
    {
        var done = new TaskCompletionSource<PollLoop?[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() => _ = ReceiveAsync());
        return done.Task;

        async Task ReceiveAsync()
        {
            var places = new PollLoop?[times];
            for (var i = 0; i < times; i++)
            {
                await tcp.RecvAsync(new byte[1]);
                places[i] = PollLoop.Current;
                tcp.Send("y");
            }

            done.SetResult(places);
        }
    }

    private static async Task BlockAfterReceive(Tcp tcp, ManualResetEventSlim release)
    {
        await tcp.RecvAsync(new byte[1]).ConfigureAwait(false);
        release.Wait(Limit);
    }

    private static void CountAllocation()
    {
        using var pair = new TcpPair();
        PingPong(pair).WaitAsync(Limit).GetAwaiter().GetResult();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        PingPong(pair).WaitAsync(Limit).GetAwaiter().GetResult();
        var perWait = (GC.GetTotalAllocatedBytes(precise: true) - before) / (2.0 * Rounds);
        // The remaining allocation is the state machine of one async method, which is an object only in a debug build.
        Assert.True(perWait < 160, $"{perWait} bytes per wait");
    }

    private static Task PingPong(TcpPair pair)
    {
        return Task.WhenAll(PlayAsync(pair.Client, true), PlayAsync(pair.Accepted, false));

        static async Task PlayAsync(Tcp tcp, bool begins)
        {
            var buffer = new byte[1];
            for (var i = 0; i < Rounds; i++)
            {
                if (begins)
                {
                    await tcp.SendAsync(buffer);
                }

                await tcp.RecvAsync(buffer);
                if (!begins)
                {
                    await tcp.SendAsync(buffer);
                }
            }
        }
    }

    private static void ForgetAwaited()
    {
        using var server = TcpPair.Listen();
        using var client = Tcp.CreateClient(server.SockName(), TcpPair.Limit)!;
        var forgotten = AwaitOnce(server, client);
        Eventually.Holds(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return !forgotten.IsAlive;
        });
        Assert.Equal(Tcp.EndOfStream, client.Recv(new byte[1], TcpPair.Limit));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference AwaitOnce(Tcp server, Tcp client)
    {
        var accepted = server.Accept(TcpPair.Limit)!;
        var received = accepted.RecvAsync(new byte[1]).AsTask();
        client.Send("x");
        Assert.Equal(1, received.WaitAsync(Limit).GetAwaiter().GetResult());
        return new WeakReference(accepted);
    }
}
