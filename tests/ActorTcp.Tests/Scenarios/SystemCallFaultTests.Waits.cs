using Akka.Event;

namespace ActorTcp.Tests.Scenarios;

/// <summary>Waits that fail permanently.</summary>
public sealed partial class SystemCallFaultTests
{
    private const string ErrnoOf = "ACTORTCP_TEST_ERRNO";

    [Theory]
    [InlineData("1", nameof(Errno.EBADF))]
    [InlineData("2", nameof(Errno.ENOMEM))]
    public void Loop_whose_waits_fail_logs_it_ends_its_connections_and_runs_its_actors(string loops, string errno) =>
        ChildProcess.Run(LoseWaits, (Loops, loops), (ErrnoOf, errno));

    [Fact]
    public void Server_of_several_ports_logs_that_waiting_for_them_fails() => ChildProcess.Run(LoseWaitsOfPorts);

    private static void LoseWaits()
    {
        var waits = new WaitsFail();
        AppContext.SetData(ISystemCallFaults.Key, waits);
        try
        {
            LoseWaitsAsync(waits).GetAwaiter().GetResult();
        }
        finally
        {
            waits.Errno = Errno.None;
        }
    }

    private static async Task LoseWaitsAsync(WaitsFail waits)
    {
        var errno = Enum.Parse<Errno>(Environment.GetEnvironmentVariable(ErrnoOf)!);
        var loopCount = TestSettings.Number(Loops)!.Value;
        var system = ActorSystem.Create("waits", $$"""
            actortcp.loops = {{loopCount}}
            akka { loglevel = ERROR, stdout-loglevel = OFF }
            """);
        var events = new Events();
        var watcher = system.ActorOf(Props.Create(() => new Recorder(events)));
        system.EventStream.Subscribe(watcher, typeof(ListenerProtocol.ConnectionClosed));
        var errors = new Events();
        system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new Recorder(errors))), typeof(Error));
        var records = new ConcurrentQueue<TokenedHandler.Record>();
        var bind = new ListenerProtocol.Bind(
            new IPEndPoint(IPAddress.Loopback, 0), Props.CreateBy(new WithRecord(records)), new HandlerOptions { KeepOpenOnPeerEof = true });
        var bound = await system.ActorTcp().Manager.Ask<ListenerProtocol.Bound>(bind, Limit);

        // One connection on each loop.
        var clients = new List<Socket>();
        for (var i = 0; i < loopCount; i++)
        {
            var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
            clients.Add(client);
            await client.ConnectAsync(bound.LocalAddress.ToIPEndPoint());
            Assert.NotEqual(0, await client.ReceiveAsync(new byte[1]).WaitAsync(Limit));
        }

        waits.Errno = errno;
        foreach (var client in clients)
        {
            // Ends the current wait of the loop.
            await client.SendAsync("x"u8.ToArray());
        }

        await Eventually.HoldsAsync(() => events.Messages.Count == loopCount, () => $"{events.Messages.Count} of {loopCount} connections have ended; log: {string.Join("; ", errors.Messages)}");
        Assert.All(events.Messages, message => Assert.Equal((CloseReason.Error, errno), Closed(message)));
        await Eventually.HoldsAsync(async () => await DescribeAsync(bound) is { Connections.Count: 0, Accepting: false }, () => "the listener still accepts");
        await bound.Listener.Ask<ListenerProtocol.Unbound>(ListenerProtocol.Unbind.Instance, Limit);
        Assert.All(records, record => record.Check());
        await Eventually.HoldsAsync(() => errors.Messages.Count >= 2 * loopCount, () => $"{errors.Messages.Count} errors are logged");
        var all = system.ActorTcp().Loops;
        await AssertIdleAsync([.. Enumerable.Range(0, loopCount).Select(i => all[i])]);
        Assert.Equal(2 * loopCount, errors.Messages.Count);
        Assert.All(errors.Messages, error => Assert.Contains("epoll_wait", ((Error)error).Cause.Message, StringComparison.Ordinal));
        Assert.Equal(0, waits.BadCloses);
        await system.Terminate().WaitAsync(Limit);
        clients.ForEach(client => client.Dispose());

        static (CloseReason, Errno) Closed(object message) => message is ListenerProtocol.ConnectionClosed { Closed: var closed } ? (closed.Reason, closed.Errno) : default;
    }

    /// <summary>Checks that loops without work are idle, although they wait in another way.</summary>
    private static async Task AssertIdleAsync(PollLoop[] loops)
    {
        const int looks = 20;
        await Eventually.HoldsAsync(() => loops.All(loop => loop.IsSleeping), () => "a loop does not fall asleep");
        var turns = loops.Sum(loop => loop.Turn);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (var i = 0; i < looks; i++)
        {
            await pace.WaitForNextTickAsync();
        }

        Assert.InRange(loops.Sum(loop => loop.Turn) - turns, 0, looks);
    }

    private static void LoseWaitsOfPorts()
    {
        var waits = new WaitsFail();
        AppContext.SetData(ISystemCallFaults.Key, waits);
        using var server = Tcp.CreateServer(new IPEndPoint(LoopbackAddress.Next(), 0))!;
        Assert.True(server.MPorts(1));
        using var client = Tcp.CreateClient(server.SockName(), Limit);

        waits.Errno = Errno.EBADF;
        Assert.Null(server.Accept(Limit));
        Assert.Equal(Errno.EBADF, Tcp.LastErrno);

        waits.Errno = Errno.None;
        using var accepted = server.Accept(Limit);
        Assert.NotNull(accepted);
    }

    /// <summary>Makes every epoll_wait fail after it is switched on.</summary>
    private sealed class WaitsFail : ISystemCallFaults
    {
        private volatile int _errno;
        private int _badCloses;

        public Errno Errno
        {
            get => (Errno)_errno;
            set => _errno = (int)value;
        }

        public int BadCloses => Volatile.Read(ref _badCloses);

        int ISystemCallFaults.ErrnoOf(SystemCall call) => call == SystemCall.EpollWait ? _errno : 0;

        int ISystemCallFaults.ErrnoOfClose(int errno)
        {
            if (errno == (int)Errno.EBADF)
            {
                Interlocked.Increment(ref _badCloses);
            }

            return errno;
        }
    }
}
