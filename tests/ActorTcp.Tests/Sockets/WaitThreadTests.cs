namespace ActorTcp.Tests.Sockets;

/// <summary>Awaits when the thread that waits for them fails. Each test uses a separate process.</summary>
public sealed class WaitThreadTests
{
    private const string ErrnoOf = "ACTORTCP_TEST_ERRNO";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(nameof(Errno.EBADF))]
    [InlineData(nameof(Errno.ENOMEM))]
    public void Wait_thread_that_fails_ends_the_awaits_and_the_next_await_starts_another(string errno) =>
        ChildProcess.Run(LoseThread, (ErrnoOf, errno));

    private static void LoseThread() => LoseThreadAsync().GetAwaiter().GetResult();

    private static async Task LoseThreadAsync()
    {
        var errno = Enum.Parse<Errno>(Environment.GetEnvironmentVariable(ErrnoOf)!);
        var waits = new WaitThreadFails();
        AppContext.SetData(ISystemCallFaults.Key, waits);
        using var waiting = new TcpPair();
        using var woken = new TcpPair();
        var received = waiting.Accepted.RecvAsync(new byte[1]).AsTask();
        var waking = woken.Accepted.RecvAsync(new byte[1]).AsTask();

        // The thread is inside epoll_wait. The event that wakes it is still reported; its next wait fails.
        waits.Errno = errno;
        woken.Client.Send("x");

        Assert.Equal(1, await waking.WaitAsync(Limit));
        var failure = await Assert.ThrowsAsync<TcpException>(() => received.WaitAsync(Limit));
        Assert.Equal(errno, failure.Errno);

        waits.Errno = Errno.None;
        received = waiting.Accepted.RecvAsync(new byte[1]).AsTask();
        Assert.False(received.IsCompleted);
        waiting.Client.Send("y");
        Assert.Equal(1, await received.WaitAsync(Limit));
    }

    /// <summary>Makes each epoll_wait of the await thread fail while an errno is set.</summary>
    private sealed class WaitThreadFails : ISystemCallFaults
    {
        private volatile int _errno;

        public Errno Errno
        {
            set => _errno = (int)value;
        }

        public int ErrnoOf(SystemCall call) => call == SystemCall.EpollWait && Thread.CurrentThread.Name == "actortcp-waits" ? _errno : 0;

        public int ErrnoOfClose(int errno) => errno;
    }
}
