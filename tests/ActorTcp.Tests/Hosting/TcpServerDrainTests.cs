namespace ActorTcp.Tests.Hosting;

/// <summary>Servers that stop with a host.</summary>
public sealed class TcpServerDrainTests : HostingTest
{
    [Fact]
    public async Task Host_that_stops_accepts_no_more_clients_and_serves_the_connected_ones()
    {
        var host = await StartAsync(
            akka => akka.WithTcpServer<EchoHandler>("echo", Loopback),
            new() { ["ActorTcp:DrainTimeout"] = "60s" });
        var endpoint = EndPointOf(host, "echo");
        var client = await EchoClient.ConnectAsync(endpoint, LimitToken());
        await EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken());

        var stopped = host.StopAsync(LimitToken());

        await RefusedAsync(endpoint);
        await EchoClient.EchoAsync(client, 1000, 2, 100, LimitToken());
        Assert.False(stopped.IsCompleted);
        client.Dispose();
        await stopped;
        await SystemOf(host).WhenTerminated.WaitAsync(Limit);
    }

    [Fact]
    public async Task A_host_that_stops_serves_the_clients_in_the_backlog()
    {
        var host = await StartAsync(
            akka => akka.WithTcpServer<EchoHandler>("echo", Loopback),
            new() { ["ActorTcp:DrainTimeout"] = "60s" });
        var listener = SystemOf(host).TcpServers()["echo"].Listener;
        listener.Tell(ListenerProtocol.PauseAccepting.Instance, ActorRefs.NoSender);
        await listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit);
        var client = await EchoClient.ConnectAsync(EndPointOf(host, "echo"), LimitToken());
        var echoed = EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken());

        var stopped = host.StopAsync(LimitToken());

        await echoed;
        client.Dispose();
        await stopped;
    }

    [Fact]
    public async Task A_connection_that_does_not_finish_is_closed_at_the_deadline()
    {
        var host = await StartAsync(
            akka => akka.WithTcpServer<EchoHandler>("echo", Loopback),
            new() { ["ActorTcp:DrainTimeout"] = "500ms" });
        using var client = await EchoClient.ConnectAsync(EndPointOf(host, "echo"), LimitToken());
        await EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken());
        var began = Stopwatch.StartNew();

        var stopped = host.StopAsync(LimitToken());

        Assert.True(await EchoClient.IsEndedByServerAsync(client, LimitToken()));
        Assert.True(began.ElapsedMilliseconds >= 450, $"closed after {began.ElapsedMilliseconds} ms");
        await stopped;
    }

    [Fact]
    public async Task The_shutdown_phase_is_made_longer_than_the_drain()
    {
        var host = await StartAsync(
            akka => akka.WithTcpServer<EchoHandler>("echo", Loopback),
            new() { ["ActorTcp:DrainTimeout"] = "20s", ["ActorTcp:Connection:HandlerStopTimeout"] = "3s" });

        var phase = CoordinatedShutdown.Get(SystemOf(host)).Timeout(CoordinatedShutdown.PhaseServiceRequestsDone);

        Assert.Equal(TimeSpan.FromSeconds(28), phase);
    }

    [Fact]
    public async Task Host_stops_although_a_listener_has_already_stopped()
    {
        var host = await StartAsync(akka => akka.WithTcpServer<EchoHandler>("echo", Loopback));
        var listener = SystemOf(host).TcpServers()["echo"].Listener;
        listener.Tell(ListenerProtocol.Unbind.Instance, ActorRefs.NoSender);
        await listener.WatchAsync(LimitToken());

        await host.StopAsync(LimitToken());

        Assert.True(SystemOf(host).WhenTerminated.IsCompleted);
    }

    private static async Task RefusedAsync(System.Net.IPEndPoint endpoint)
    {
        var limit = LimitToken();
        while (true)
        {
            limit.ThrowIfCancellationRequested();
            try
            {
                using var late = await EchoClient.ConnectAsync(endpoint, limit);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}
