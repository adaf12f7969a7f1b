namespace ActorTcp.Tests.Scenarios;

/// <summary>The CPU use of a process whose servers and clients are idle.</summary>
public sealed class IdleTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public void Process_with_a_server_and_a_reconnected_client_uses_almost_no_CPU_while_idle() => ChildProcess.Run(WorkThenIdle);

    private static void WorkThenIdle() => WorkThenIdleAsync().GetAwaiter().GetResult();

    private static async Task WorkThenIdleAsync()
    {
        using var system = ActorSystem.Create("idle", "akka { loglevel = ERROR, stdout-loglevel = OFF }");
        var manager = system.ActorTcp().Manager;
        var (drained, client) = await TalkAsync(system);
        drained.Listener.Tell(new ListenerProtocol.Drain(TimeSpan.FromMilliseconds(1)), ActorRefs.NoSender);
        await drained.Listener.WatchAsync().WaitAsync(Limit);

        // It loses its server, is refused several times, and reconnects when the server runs again.
        ConnectorDescription description = null!;
        await Eventually.HoldsAsync(async () => (description = await DescribeAsync(client)).Attempt >= 3);
        await manager.Ask<ListenerProtocol.Bound>(new ListenerProtocol.Bind(drained.LocalAddress, Props.Create<EchoHandler>()), Limit);
        await Eventually.HoldsAsync(async () => (description = await DescribeAsync(client)).Phase == ConnectorPhase.Up);
        Assert.Equal(2, description.Connections);

        // The runtime may still be busy with earlier work. A scheduler that ticks every 10 ms would permanently use several percent of a processor.
        var used = 1.0;
        for (var window = 0; used > 0.02 && window < 20; window++)
        {
            using var process = Process.GetCurrentProcess();
            var (cpu, time) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
            await Task.Delay(TimeSpan.FromSeconds(1));
            process.Refresh();
            used = (process.TotalProcessorTime - cpu) / Stopwatch.GetElapsedTime(time);
            Console.WriteLine($"{used:P2} of a processor");
        }

        Assert.InRange(used, 0, 0.02);
    }

    private static async Task<(ListenerProtocol.Bound Bound, IActorRef Client)> TalkAsync(ActorSystem system)
    {
        var manager = system.ActorTcp().Manager;
        SockAddr any = new IPEndPoint(LoopbackAddress.Next(), 0);
        var bound = await manager.Ask<ListenerProtocol.Bound>(new ListenerProtocol.Bind(any, Props.Create<EchoHandler>()), Limit);
        var connect = new ConnectorProtocol.Connect(bound.LocalAddress, Props.Create<EchoHandler>())
        {
            Reconnect = new ReconnectPolicy(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50)),
        };
        var started = await manager.Ask<ConnectorProtocol.Connected>(connect, Limit);
        await Eventually.HoldsAsync(async () => (await DescribeAsync(started.Connector)).Phase == ConnectorPhase.Up);
        return (bound, started.Connector);
    }

    private static Task<ConnectorDescription> DescribeAsync(IActorRef connector) =>
        connector.Ask<ConnectorDescription>(ConnectorProtocol.Describe.Instance, Limit);
}
