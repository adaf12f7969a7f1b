namespace ActorTcp.Tests.Sockets.Fuzzing;

/// <summary>
/// Any number of cycles of any kind leaves the number of open descriptors unchanged.
/// It runs in a separate process, in which only the test opens descriptors.
/// </summary>
public sealed class DescriptorLeakTests
{
    private const int Cycles = 1000;

    private static readonly (string Name, Action<World> Cycle)[] Kinds =
    [
        ("server", world => Tcp.CreateServer(Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0))!.Close()),
        ("server, taken port", world => Assert.Null(Tcp.CreateServer(world.Server.SockName()))),
        ("server, foreign address", world => Assert.Null(Tcp.CreateServer(Tcp.SockAddr("192.0.2.1", 0)))),
        ("server, unknown device", world => Assert.Null(Tcp.CreateServer(Tcp.SockAddr(Tcp.INADDR_ANY, 0), 5, "no-such-dev"))),
        ("connection", world => world.Connect()),
        ("connection, reset", world => world.Connect(client => client.SetLinger(true, 0))),
        ("client, refused", world => Assert.Null(Tcp.CreateClient(LoopbackAddress.Refusing))),
        ("client, timed out", world => Assert.Null(Tcp.CreateClient(world.Full.Address, TimeSpan.Zero))),
        ("client by callback", world =>
        {
            var connected = 0;
            using var client = world.Dispatcher.CreateClient(world.Server.SockName(), (_, _) => connected++);
            Assert.Equal(1, world.Dispatcher.Poll(TcpPair.Limit));
            world.Server.Accept(TcpPair.Limit)!.Close();
            Assert.Equal(1, connected);
        }),
        ("client by callback, refused", world =>
        {
            using var client = world.Dispatcher.CreateClient(LoopbackAddress.Refusing, (_, _) => { });
            Assert.Equal(1, world.Dispatcher.Poll(TcpPair.Limit));
        }),
        ("client by callback, cancelled", world => world.Dispatcher.CreateClient(world.Full.Address, (_, _) => { }, TimeSpan.FromMilliseconds(1000))!.Close()),
        ("accept by callback", world =>
        {
            Assert.True(world.Dispatcher.Accept(world.Server, (tcp, _) => tcp.Close()));
            using var client = Tcp.CreateClient(world.Server.SockName(), TcpPair.Limit);
            Assert.Equal(1, world.Dispatcher.Poll(TcpPair.Limit));
            Assert.True(world.Server.Accept(null));
        }),
        ("accept, nothing there", world => Assert.Null(world.Server.Accept(TimeSpan.Zero))),
        ("by descriptor", world =>
        {
            var fd = TestLibc.Socket(Tcp.AF_INET6, 1, 0);
            Tcp.CreateByFd(fd)!.Close();
        }),
        ("flown and taken", world =>
        {
            var tcp = TcpPair.Listen();
            var fd = tcp.SockFd;
            tcp.FlyAway();
            Tcp.CreateByFd(fd)!.Dispose();
        }),
        ("handed over and taken", world => TcpPair.Listen().Detach()!.Take()!.Close()),
        ("handed over and dropped", world => TcpPair.Listen().Detach()!.Dispose()),
        ("further ports", world =>
        {
            using var server = MPortsTests.ListenWithPorts(3);
            Assert.True(server.MPorts(1));
        }),
        ("further ports, one taken", world =>
        {
            using var server = MPortsTests.ListenWithPorts(2);
            var first = server.SockName()!;
            Assert.True(server.MPorts(0));
            using var taken = Tcp.CreateServer(first.WithPort(first.Port + 2));
            Assert.False(server.MPorts(2));
        }),
        ("dispatcher", world =>
        {
            using var dispatcher = new PollDispatcher();
            using var client = dispatcher.CreateClient(LoopbackAddress.Refusing, (_, _) => { }, TimeSpan.FromMilliseconds(1000));
        }),
    ];

    [Fact]
    public void No_cycle_of_any_kind_leaks_a_descriptor() => ChildProcess.Run(RunCycles);

    [Fact]
    public void Descriptor_of_an_object_that_is_never_closed_is_closed_when_it_is_collected() => ChildProcess.Run(ForgetAll);

    private static void RunCycles()
    {
        foreach (var (name, cycle) in Kinds)
        {
            // A separate server for each kind, so that the ports that its connects leave in TIME_WAIT are only its own.
            using var world = new World();
            cycle(world);
            var before = OpenDescriptors.Count();
            for (var i = 0; i < Cycles; i++)
            {
                cycle(world);
            }

            var after = OpenDescriptors.Count();
            Assert.True(after == before, $"{name}: {before} descriptors before, {after} after");
        }
    }

    private static void ForgetAll()
    {
        var before = OpenDescriptors.Count();
        Forget();
        Assert.True(OpenDescriptors.Count() > before + 500);
        Eventually.Holds(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return OpenDescriptors.Count() == before;
            },
            () => $"{before} descriptors before, {OpenDescriptors.Count()} after");
    }

    // On threads that end, so that neither a frame nor the dispatcher of a thread keeps anything alive.
    private static void Forget()
        => OwnThread.Run(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                var server = TcpPair.Listen();
                var client = Tcp.CreateClient(server.SockName(), TcpPair.Limit)!;
                var accepted = server.Accept(TcpPair.Limit)!;
                Assert.NotNull(accepted.Detach());
                Assert.True(server.MPorts(1) || server.MPorts(0));
                Assert.True(server.Accept((_, _) => { }));
                Assert.NotNull(Tcp.CreateClient(client.PeerName(), (_, _) => { }, TimeSpan.FromMilliseconds(60_000)));
                var dispatcher = new PollDispatcher();
                Assert.True(dispatcher.Add(Ignoring(dispatcher, client.SockFd)));
            }

            static IoEvent Ignoring(PollDispatcher dispatcher, int fd) => dispatcher.Event(IoMethod.Read, fd, (_, _) => true);
        });

    /// <summary>The objects that the cycles use.</summary>
    private sealed class World : IDisposable
    {
        public Tcp Server { get; } = TcpPair.Listen();

        public FullBacklog Full { get; } = new();

        public PollDispatcher Dispatcher { get; } = new();

        public void Connect(Action<Tcp>? prepare = null)
        {
            using var client = Tcp.CreateClient(Server.SockName(), TcpPair.Limit)!;
            using var accepted = Server.Accept(TcpPair.Limit)!;
            prepare?.Invoke(client);
        }

        public void Dispose()
        {
            Server.Dispose();
            Full.Dispose();
            Dispatcher.Dispose();
        }
    }
}
