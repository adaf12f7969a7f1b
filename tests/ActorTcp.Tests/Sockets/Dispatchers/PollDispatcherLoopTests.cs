namespace ActorTcp.Tests.Sockets.Dispatchers;

/// <summary>A dispatcher that a poll loop runs.</summary>
public sealed class PollDispatcherLoopTests
{
    [Fact]
    public void On_a_loops_thread_the_current_dispatcher_is_the_loops()
    {
        using var loop = Started();
        Assert.Same(DispatcherOf(loop), On(loop, () => PollDispatcher.Current));
        using var own = PollDispatcher.Current;
        Assert.NotSame(DispatcherOf(loop), own);
    }

    [Fact]
    public void Dispatcher_of_a_loop_cannot_be_polled()
    {
        using var loop = Started();
        var dispatcher = DispatcherOf(loop);
        On(loop, () =>
        {
            Assert.Throws<InvalidOperationException>(() => dispatcher.Poll(TimeSpan.Zero));
            Assert.Throws<InvalidOperationException>(() => dispatcher.Select(new FdSets(), TimeSpan.Zero));
            Assert.Throws<InvalidOperationException>(() => dispatcher.Forever());
            return true;
        });
    }

    [Fact]
    public void Events_connects_and_accepts_are_called_back_in_the_loops_turn()
    {
        using var loop = Started();
        using var server = TcpPair.Listen();
        using var received = new BlockingCollection<byte>();
        using var closed = new ManualResetEventSlim();
        On(loop, () => server.Accept((tcp, _) =>
        {
            Assert.Same(loop, PollLoop.Current);
            var buffer = new byte[1];
            Assert.True(PollDispatcher.Current.Add(PollDispatcher.Current.Event(IoMethod.Read, tcp.SockFd, (_, _) =>
            {
                if (tcp.Recv(buffer, TimeSpan.Zero) == 1)
                {
                    received.Add(buffer[0]);
                    return true;
                }

                tcp.Close();
                closed.Set();
                return false;
            })));
        }));
        using var client = On(loop, () => Tcp.CreateClient(server.SockName(), (tcp, remote) =>
        {
            Assert.Equal(server.SockName(), remote);
            Assert.Equal(3, tcp.Send("abc"));
            tcp.Close();
        }));

        foreach (var expected in "abc"u8.ToArray())
        {
            Assert.True(received.TryTake(out var value, TcpPair.Limit));
            Assert.Equal(expected, value);
        }

        Assert.True(closed.Wait(TcpPair.Limit));
    }

    [Fact]
    public void Connect_times_out_on_a_sleeping_loop()
    {
        using var loop = Started();
        using var full = new FullBacklog();
        using var reported = new BlockingCollection<Errno>();
        using var client = On(loop, () => Tcp.CreateClient(full.Address, (tcp, _) => reported.Add(tcp.Error()), TimeSpan.FromMilliseconds(50)));

        Assert.True(reported.TryTake(out var errno, TcpPair.Limit));
        Assert.Equal(Errno.ETIMEDOUT, errno);
    }

    [Fact]
    public void Exception_of_a_callback_is_reported_to_the_loops_owner_and_the_loop_continues()
    {
        using var reported = new BlockingCollection<Exception>();
        using var loop = Started(reported.Add);
        using var pair = new TcpPair();
        On(loop, () => PollDispatcher.Current.Add(PollDispatcher.Current.Event(IoMethod.Write, pair.Client.SockFd, (_, _) => throw new InvalidOperationException("mine"))));

        Assert.True(reported.TryTake(out var failure, TcpPair.Limit));
        Assert.Equal("mine", failure.Message);
        Assert.True(On(loop, () => true));
    }

    [Fact]
    public void Socket_closed_on_another_thread_is_removed_from_the_loop()
    {
        using var loop = Started();
        using var pair = new TcpPair();
        var dispatcher = DispatcherOf(loop);
        var ev = dispatcher.Event(IoMethod.Read, pair.Client.SockFd, (_, _) => throw new InvalidOperationException("called"));
        Assert.True(On(loop, () => dispatcher.Add(ev)));
        pair.Client.Close();
        pair.Accepted.Close();

        Assert.False(On(loop, () => dispatcher.Listening(ev)));
        Assert.True(On(loop, () => dispatcher.Fds().IsEmpty));
        Assert.True(On(loop, () => dispatcher.Post(() => { })));
    }

    [Fact]
    public void Dispatcher_is_disposed_when_its_loop_has_stopped()
    {
        var loop = Started();
        using var pair = new TcpPair();
        var dispatcher = DispatcherOf(loop);
        Assert.True(On(loop, () => dispatcher.Add(PollDispatcherTests.Ignoring(dispatcher, IoMethod.Read, pair.Client.SockFd))));
        loop.Dispose();

        Assert.False(dispatcher.Post(() => { }));
        pair.Client.Close();
    }

    private static PollDispatcher DispatcherOf(PollLoop loop) => On(loop, () => PollDispatcher.Current);

    private static PollLoop Started(Action<Exception>? onFailure = null)
    {
        var loop = new PollLoop(0, "test-loop", (_, failure) => onFailure?.Invoke(failure));
        loop.Start();
        return loop;
    }

    /// <summary>Returns the result of a call on the loop's own thread.</summary>
    private static T On<T>(PollLoop loop, Func<T> call)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() =>
        {
            try
            {
                result.SetResult(call());
            }
            catch (Exception failure)
            {
                result.SetException(failure);
            }
        });
        return new ThreadCall<T>(() => result.Task.GetAwaiter().GetResult()).Value;
    }
}
