namespace ActorTcp.Tests.Listeners;

/// <summary>A listener without descriptors, in a separate process.</summary>
public sealed class ListenerExhaustionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public void Listener_without_descriptors_lets_threads_start_and_accepts_again_later() =>
        ChildProcess.Run(Exhaust);

    [Fact]
    public void Descriptors_reserved_for_the_runtime_are_closed_with_the_last_listener() => ChildProcess.Run(BindAndUnbind);

    private static void Exhaust()
    {
        var system = ActorSystem.Create("exhaust");
        var bound = Bind(system);
        using var early = Connected(bound);
        using var late = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (new ExhaustedDescriptors())
        {
            late.Connect(bound.LocalAddress.ToIPEndPoint());
            Eventually.Holds(() => !Describe(bound).Accepting);
            for (var i = 0; i < 20; i++)
            {
                // Without a descriptor this throws OutOfMemoryException, and ends the process if it happens in the runtime's own pool.
                var thread = new Thread(() => { });
                thread.Start();
                thread.Join();
            }

            Echo(early);
        }

        Echo(late);
        Assert.True(system.Terminate().Wait(Limit));
    }

    private static void BindAndUnbind()
    {
        var system = ActorSystem.Create("unbind");
        Unbind(Bind(system));
        var before = EventDescriptors();
        var first = Bind(system);
        var second = Bind(system);
        Assert.True(EventDescriptors() > before);
        Unbind(first);
        Unbind(second);
        Assert.Equal(before, EventDescriptors());
        Assert.True(system.Terminate().Wait(Limit));
    }

    private static ListenerProtocol.Bound Bind(ActorSystem system) => system.ActorTcp().Manager
        .Ask<ListenerProtocol.Bound>(new ListenerProtocol.Bind(Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0)!, Props.Create<EchoHandler>()), Limit)
        .GetAwaiter().GetResult();

    private static void Unbind(ListenerProtocol.Bound bound)
    {
        var gone = bound.Listener.WatchAsync();
        bound.Listener.Tell(ListenerProtocol.Unbind.Instance);
        Assert.True(gone.Wait(Limit));
    }

    private static ListenerDescription Describe(ListenerProtocol.Bound bound) =>
        bound.Listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit).GetAwaiter().GetResult();

    private static Socket Connected(ListenerProtocol.Bound bound)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(bound.LocalAddress.ToIPEndPoint());
        Echo(socket);
        return socket;
    }

    private static void Echo(Socket socket)
    {
        socket.ReceiveTimeout = (int)Limit.TotalMilliseconds;
        socket.Send("x"u8);
        Assert.Equal(1, socket.Receive(new byte[1]));
    }

    /// <summary>Counts only eventfds, which are the reserved descriptors. The runtime opens other descriptors meanwhile.</summary>
    private static int EventDescriptors() =>
        Directory.GetFiles("/proc/self/fd").Count(path => new FileInfo(path).LinkTarget is "anon_inode:[eventfd]");
}
