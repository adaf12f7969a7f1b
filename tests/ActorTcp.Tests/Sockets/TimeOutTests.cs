namespace ActorTcp.Tests.Sockets;

/// <summary>Waits end at their timeout, whatever interrupts them. The upper bound is loose, because a loaded machine is late, but never early.</summary>
public sealed class TimeOutTests
{
    private const int WaitMilliseconds = 300;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(WaitMilliseconds);

    private static readonly (string Name, Func<Waiting, Errno> Call)[] Calls =
    [
        ("Recv", waiting => (Errno)(-waiting.Pair.Client.Recv(new byte[1], Wait))),
        ("Accept", waiting => waiting.Pair.Server.Accept(Wait) is null ? Tcp.LastErrno : Errno.None),
        ("Send", waiting => SendUntilTimeout(() => waiting.Blocked.Client.Send(new byte[1], Wait))),
        ("Send of a list", waiting => SendUntilTimeout(() => waiting.Blocked.Client.Send([new byte[1]], Wait))),
        ("CreateClient", waiting => Tcp.CreateClient(waiting.Full.Address, Wait) is null ? Tcp.LastErrno : Errno.None),
        ("Poll", waiting => waiting.Dispatcher.Poll(Wait) == 0 ? Errno.EAGAIN : Errno.None),
        ("Select", waiting => waiting.Dispatcher.Select(new FdSets(), Wait)!.IsEmpty ? Errno.EAGAIN : Errno.None),
    ];

    [Fact]
    public void Wait_lasts_its_timeout_and_not_much_longer() => CheckAll(threadId: null);

    [Fact]
    public void Signals_neither_fail_nor_shorten_nor_lengthen_a_wait()
        => OwnThread.Run(() =>
        {
            var before = HarmlessSignal.Received;
            var thread = TestLibc.GetTid();
            using var stop = new CancellationTokenSource();
            var sent = 0;
            var storm = new ThreadCall<int>(() =>
            {
                for (; !stop.IsCancellationRequested; Interlocked.Increment(ref sent))
                {
                    HarmlessSignal.Send(thread);
                    Thread.Sleep(1);
                }

                return sent;
            });
            try
            {
                // Usually once, and again if too few signals arrived.
                do
                {
                    CheckAll(thread);
                }
                while (Volatile.Read(ref sent) <= 100);
            }
            finally
            {
                stop.Cancel();
            }

            Assert.True(storm.Value > 100, $"only {storm.Value} signals");
            // The runtime reports signals on the thread pool, which may be busy.
            Eventually.Holds(() => HarmlessSignal.Received > before);
        });

    [Fact]
    public void Call_without_a_timeout_survives_signals_too()
        => OwnThread.Run(() =>
        {
            using var pair = new TcpPair();
            var thread = TestLibc.GetTid();
            var sending = new ThreadCall<int>(() =>
            {
                Eventually.Holds(() => pair.Client.IsWaiting);
                for (var i = 0; i < 100; i++)
                {
                    HarmlessSignal.Send(thread);
                    Thread.Yield();
                }

                return pair.Accepted.Send("x");
            });

            Assert.Equal(1, pair.Client.Recv(new byte[1]));
            Assert.Equal(1, sending.Value);
        });

    [Fact]
    public void The_deadline_is_on_the_monotonic_clock_and_rounded_up()
    {
        Assert.Equal(-1, Deadline.After(null).RemainingMilliseconds);
        Assert.Equal(0, Deadline.After(TimeSpan.Zero).RemainingMilliseconds);
        Assert.Equal(1, Deadline.After(TimeSpan.FromMicroseconds(100)).RemainingMilliseconds);
        Assert.InRange(Deadline.After(TimeSpan.FromSeconds(10)).RemainingMilliseconds, 1, 10_000);
    }

    [Theory]
    [InlineData(25)]
    [InlineData(100_000)]
    [InlineData(10_000_000)]
    public void Wait_of_many_days_does_not_end_after_int_MaxValue_milliseconds(int days)
    {
        var deadline = Deadline.After(TimeSpan.FromDays(days));

        Assert.True(deadline.RemainingMilliseconds is int.MaxValue or -1, "the wait is cut off");
        Assert.False(deadline.IsOver);
    }

    [Fact]
    public void Longest_TimeSpan_is_a_valid_timeout()
    {
        using var pair = new TcpPair();
        using var dispatcher = new PollDispatcher();
        Assert.Equal(1, pair.Client.Send("x", TimeSpan.MaxValue));
        Assert.Equal(1, pair.Accepted.Recv(new byte[1], TimeSpan.MaxValue));
        Assert.True(dispatcher.Post(() => { }));
        Assert.Equal(1, dispatcher.Poll(TimeSpan.MaxValue));
        using var client = dispatcher.CreateClient(pair.Server.SockName(), (_, _) => { }, TimeSpan.MaxValue);
        Assert.Equal(1, dispatcher.Poll(TimeSpan.MaxValue));
    }

    /// <summary>Sends until a send times out without progress, because a probe of the closed window may let the receiver accept a little more.</summary>
    private static Errno SendUntilTimeout(Func<int> send)
    {
        int sent;
        do
        {
            sent = send();
        }
        while (sent > 0);

        return (Errno)(-sent);
    }

    private static void CheckAll(int? threadId)
    {
        using var waiting = new Waiting();
        foreach (var (name, call) in Calls)
        {
            var watch = Stopwatch.StartNew();
            var errno = call(waiting);
            var took = watch.ElapsedMilliseconds;
            var expected = name == "CreateClient" ? Errno.ETIMEDOUT : Errno.EAGAIN;
            Assert.True(errno == expected, $"{name} answered {errno} (signals to {threadId})");
            Assert.True(took is >= WaitMilliseconds - 1 and < WaitMilliseconds + 20_000, $"{name} took {took} ms");
        }
    }

    /// <summary>Every kind of wait that times out.</summary>
    private sealed class Waiting : IDisposable
    {
        public Waiting() => TcpPair.SendUntilBlocked(Blocked.Client);

        public TcpPair Pair { get; } = new();

        public TcpPair Blocked { get; } = new();

        public FullBacklog Full { get; } = new();

        public PollDispatcher Dispatcher { get; } = new();

        public void Dispose()
        {
            Pair.Dispose();
            Blocked.Dispose();
            Full.Dispose();
            Dispatcher.Dispose();
        }
    }
}

/// <summary>
/// A signal that interrupts system calls of a thread and does nothing else.
/// Its handler stays registered, because the runtime delivers signals from its own thread.
/// A signal that arrives there after the handler is removed would end the process.
/// </summary>
internal static class HarmlessSignal
{
    private static readonly PosixSignalRegistration Handler = PosixSignalRegistration.Create((PosixSignal)TestLibc.SigUsr1, context =>
    {
        context.Cancel = true;
        Interlocked.Increment(ref _received);
    });

    private static int _received;

    /// <summary>The number of signals that the runtime has reported.</summary>
    public static int Received => Volatile.Read(ref _received);

    public static void Send(int thread)
    {
        GC.KeepAlive(Handler);
        Assert.Equal(0, TestLibc.TgKill(TestLibc.GetPid(), thread, TestLibc.SigUsr1));
    }
}
