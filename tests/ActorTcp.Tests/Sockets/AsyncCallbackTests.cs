namespace ActorTcp.Tests.Sockets;

/// <summary>Callbacks that are async lambdas: they bind to the overloads that return a task, and the dispatcher's owner receives their exceptions.</summary>
public sealed class AsyncCallbackTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Exception_of_an_async_accept_callback_is_thrown_by_Poll(bool awaits)
    {
        using var dispatcher = new PollDispatcher();
        using var server = TcpPair.Listen();
        Assert.True(dispatcher.Accept(server, async (tcp, _) =>
        {
            await Pass(awaits);
            tcp.Close();
            throw new InvalidOperationException("mine");
        }));
        using var client = Tcp.CreateClient(server.SockName(), TcpPair.Limit)!;

        Assert.Equal("mine", FailureOf(dispatcher).Message);
        Assert.Equal(Tcp.EndOfStream, client.Recv(new byte[1]));
    }

    [Fact]
    public void Exception_of_an_async_connect_callback_goes_to_Unhandled()
    {
        using var dispatcher = new PollDispatcher();
        var failures = new List<Exception>();
        dispatcher.Unhandled = failures.Add;
        using var client = dispatcher.CreateClient(LoopbackAddress.Refusing, async (tcp, remote) =>
        {
            Assert.Null(remote);
            await Pass(true);
            throw new InvalidOperationException(tcp.Error().ToString());
        });

        Eventually.Holds(() => dispatcher.Poll(TimeSpan.FromMilliseconds(10)) >= 0 && failures.Count > 0);
        Assert.Equal("ECONNREFUSED", Assert.Single(failures).Message);
    }

    [Fact]
    public void Async_callbacks_wait_at_the_threads_own_dispatcher()
        => OwnThread.Run(() =>
        {
            using var dispatcher = PollDispatcher.Current;
            using var server = TcpPair.Listen();
            var calls = 0;
            Assert.True(server.Accept(async (tcp, _) =>
            {
                await Pass(true);
                tcp.Close();
                Interlocked.Increment(ref calls);
            }));
            using var client = Tcp.CreateClient(server.SockName(), async (_, _) =>
            {
                await Pass(true);
                Interlocked.Increment(ref calls);
            });
            Eventually.Holds(() => dispatcher.Poll(TimeSpan.FromMilliseconds(10)) >= 0 && Volatile.Read(ref calls) == 2);

            Assert.True(server.Accept((Func<Tcp, SockAddr, Task>?)null));
            Assert.Null(server.Accept(TimeSpan.Zero));
            Assert.Equal(Errno.EAGAIN, Tcp.LastErrno);
            Answers.Fails(Errno.EINVAL, Tcp.CreateClient(null, async (_, _) => await Pass(true)));
        });

    [Fact]
    public void Exception_of_an_async_errback_is_thrown_by_Poll()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        var ev = dispatcher.Event(IoMethod.Write, pair.Client.SockFd, (_, _) => false, async (_, _) =>
        {
            await Pass(true);
            throw new InvalidOperationException("errback");
        });
        Assert.True(dispatcher.Add(ev));

        Assert.Equal("errback", FailureOf(dispatcher).Message);
        Assert.False(dispatcher.Listening(ev));
    }

    private static Exception FailureOf(PollDispatcher dispatcher)
    {
        Exception? failure = null;
        Eventually.Holds(() => (failure = Record.Exception(() => dispatcher.Poll(TimeSpan.FromMilliseconds(10)))) is not null);
        return failure!;
    }

    private static async Task Pass(bool awaits)
    {
        if (awaits)
        {
            await Task.Yield();
        }
    }
}
