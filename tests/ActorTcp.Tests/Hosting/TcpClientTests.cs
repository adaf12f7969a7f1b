using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace ActorTcp.Tests.Hosting;

/// <summary>Clients that start with a host.</summary>
public sealed class TcpClientTests : HostingTest
{
    [Fact]
    public async Task Client_connects_when_its_host_starts_and_is_injected_by_its_handler_type()
    {
        var (host, events) = await StartWithClientAsync();

        host.Services.GetRequiredService<IRequiredActor<TcpClientKey<EventRecordingHandler>>>().ActorRef.Tell(new Send("hello"), ActorRefs.NoSender);

        Assert.Equal("hello", await events.NextAsync());
        Assert.Equal(host.Services.GetRequiredService<IRequiredActor<TcpClientKey<EventRecordingHandler>>>().ActorRef, SystemOf(host).TcpClients()["echo"].Connector);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);
    }

    [Fact]
    public async Task Client_connects_from_its_local_address()
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(LoopbackAddress.Next(), 0));
        server.Listen(1);
        var (address, local) = ((IPEndPoint)server.LocalEndPoint!, LoopbackAddress.Next());

        await StartAsync(akka => akka.WithTcpClient<EchoHandler>("upstream", options =>
        {
            (options.Host, options.Port) = (address.Address.ToString(), address.Port);
            options.LocalAddress = new IPEndPoint(local, 0);
        }));

        using var peer = await server.AcceptAsync(LimitToken());
        Assert.Equal(local, ((IPEndPoint)peer.RemoteEndPoint!).Address);
    }

    [Fact]
    public async Task Client_whose_server_is_down_connects_when_the_server_starts()
    {
        var events = new EventRecord();
        var server = await StartAsync(akka => akka.WithTcpServer<EchoHandler>("echo", options => options.Listen("127.0.0.77", 0)));
        var endpoint = EndPointOf(server, "echo");
        await server.StopAsync(LimitToken());
        var host = await StartAsync(
            akka => akka.WithTcpClient<EventRecordingHandler>("echo", options =>
            {
                (options.Host, options.Port) = (endpoint.Address.ToString(), endpoint.Port);
                options.QueueBytes = 1000;
                options.Reconnect = new ReconnectPolicy(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50));
            }),
            services: services => services.AddSingleton(events));
        SystemOf(host).TcpClients()["echo"].Connector.Tell(new Send("later"), ActorRefs.NoSender);
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync(host)).Status);

        await StartAsync(akka => akka.WithTcpServer<EchoHandler>("echo", options => options.EndPoints.Add(endpoint)));

        Assert.Equal("later", await events.NextAsync());
    }

    [Fact]
    public async Task A_host_that_stops_closes_its_clients_after_its_servers()
    {
        var (host, events) = await StartWithClientAsync();
        SystemOf(host).TcpClients()["echo"].Connector.Tell(new Send("hello"), ActorRefs.NoSender);
        await events.NextAsync();
        var (connector, whileServersDrain) = (SystemOf(host).TcpClients()["echo"].Connector, new TaskCompletionSource<ConnectorPhase>());
        CoordinatedShutdown.Get(SystemOf(host)).AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "look", async () =>
        {
            whileServersDrain.SetResult((await connector.Ask<ConnectorDescription>(ConnectorProtocol.Describe.Instance, Limit)).Phase);
            return Akka.Done.Instance;
        });

        await host.StopAsync(LimitToken());

        Assert.Equal(ConnectorPhase.Up, await whileServersDrain.Task.WaitAsync(Limit));
        Assert.Equal("Closed", await events.NextAsync());
    }

    [Fact]
    public async Task Host_stops_within_its_phase_although_a_clients_peer_does_not_read()
    {
        using var peer = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        peer.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        peer.Listen();
        var events = new EventRecord();
        var host = await StartAsync(
            akka => akka.WithTcpClient<EventRecordingHandler>("stalled", options => (options.Host, options.Port) = ("127.0.0.1", ((IPEndPoint)peer.LocalEndPoint!).Port)),
            new() { ["ActorTcp:StopFlushTimeout"] = "300ms", ["ActorTcp:Connection:SendQueueBytes"] = "32MiB" },
            services => services.AddSingleton(events));
        using var accepted = await peer.AcceptAsync(LimitToken());
        var system = SystemOf(host);
        var warnings = new ConcurrentQueue<string>();
        system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new WarningRecorder(warnings))), typeof(Akka.Event.Warning));
        var connector = system.TcpClients()["stalled"].Connector;
        await Eventually.HoldsAsync(async () => (await connector.Ask<ConnectorDescription>(ConnectorProtocol.Describe.Instance, Limit)).Phase == ConnectorPhase.Up);
        connector.Tell(new Send(new byte[32 << 20]), ActorRefs.NoSender);

        await host.StopAsync(LimitToken());

        Assert.Equal("Aborted", await events.NextAsync());
        Assert.Empty(warnings);
    }

    [Fact]
    public async Task A_host_whose_client_has_wrong_options_does_not_start_and_names_client_and_rule()
    {
        var host = Build(akka => akka.WithTcpClient<EchoHandler>("echo", options =>
        {
            (options.Host, options.Port) = ("127.0.0.1", 1);
            options.QueueBytes = 1L << 40;
            options.Reconnect = new ReconnectPolicy(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), Jitter: 3);
        }));

        var failure = await Assert.ThrowsAsync<ConfigurationException>(() => host.StartAsync(LimitToken()));

        Assert.StartsWith("Client 'echo': ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("reconnect-jitter is 3; it must be 0 to 1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("queue-bytes is 1099511627776; it must be at most connection.send-queue-bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Client_needs_a_host_a_port_and_a_unique_name()
    {
        var builder = new AkkaConfigurationBuilder(new ServiceCollection(), "names")
            .WithTcpClient<EchoHandler>("one", options => (options.Host, options.Port) = ("localhost", 1));

        Assert.Throws<ArgumentException>(() => builder.WithTcpClient<EchoHandler>("one", options => (options.Host, options.Port) = ("localhost", 1)));
        Assert.Throws<ArgumentException>(() => builder.WithTcpClient<EchoHandler>("two", options => options.Port = 1));
        Assert.Throws<ArgumentException>(() => builder.WithTcpClient<EchoHandler>("two", options => options.Host = "localhost"));
    }

    /// <summary>Starts a host with a client of a server in another host; returns it with the record of its handler.</summary>
    private async Task<(IHost Host, EventRecord Events)> StartWithClientAsync()
    {
        var events = new EventRecord();
        var server = EndPointOf(await StartAsync(akka => akka.WithTcpServer<EchoHandler>("echo", Loopback)), "echo");
        var host = await StartAsync(
            akka => akka.WithTcpClient<EventRecordingHandler>("echo", options => (options.Host, options.Port) = (server.Address.ToString(), server.Port)),
            new() { ["ActorTcp:Connector:QueueBytes"] = "1000" },
            services => services.AddSingleton(events));
        return (host, events);
    }

    private static Task<HealthCheckResult> CheckAsync(IHost host) =>
        new ActorTcpHealthCheck(SystemOf(host)).CheckHealthAsync(new HealthCheckContext(), LimitToken());

    private sealed class EventRecord
    {
        private readonly BlockingCollection<string> _texts = [];

        public void Add(string text) => _texts.Add(text);

        public Task<string> NextAsync() => Task.Run(() => _texts.Take(LimitToken()));
    }

    private sealed class WarningRecorder : ReceiveActor
    {
        public WarningRecorder(ConcurrentQueue<string> warnings) => ReceiveAny(warning => warnings.Enqueue($"{warning}"));
    }

    private sealed class EventRecordingHandler(EventRecord events) : TcpHandler
    {
        protected override void OnReceived(Received received) => events.Add(System.Text.Encoding.UTF8.GetString(received.Span));

        protected override void OnClosed(ConnectionProtocol.Closed closed) => events.Add(closed.Reason.ToString());
    }
}
