using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTcp.Tests.Hosting;

/// <summary>Servers that start with a host.</summary>
public sealed class TcpServerTests : HostingTest
{
    [Fact]
    public async Task A_server_listens_when_its_host_has_started()
    {
        var host = await StartAsync(akka => akka.WithTcpServer<EchoHandler>("echo", Loopback));

        await EchoAsync(EndPointOf(host, "echo"));
    }

    [Fact]
    public async Task Handlers_are_created_by_dependency_injection()
    {
        var host = await StartAsync(
            akka => akka.WithTcpServer<GreetingHandler>("greeting", Loopback),
            services: services => services.AddSingleton(new Greeting("hello from a service")));
        using var client = await EchoClient.ConnectAsync(EndPointOf(host, "greeting"), LimitToken());

        Assert.Equal("hello from a service", await ReadAsync(client, 20));
    }

    [Fact]
    public async Task Handlers_can_be_created_by_custom_Props()
    {
        var host = await StartAsync(akka => akka.WithTcpServer<GreetingHandler>("greeting", options =>
        {
            Loopback(options);
            options.Handler = resolver => resolver.Props<GreetingHandler>(new Greeting("as given"));
        }));
        using var client = await EchoClient.ConnectAsync(EndPointOf(host, "greeting"), LimitToken());

        Assert.Equal("as given", await ReadAsync(client, 8));
    }

    [Fact]
    public async Task Listener_is_injected_by_its_handler_type()
    {
        var host = await StartAsync(akka => akka.WithTcpServer<EchoHandler>("echo", Loopback));

        var listener = host.Services.GetRequiredService<IRequiredActor<TcpServerKey<EchoHandler>>>().ActorRef;

        var description = await listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit);
        Assert.Equal(SystemOf(host).TcpServers()["echo"].LocalAddress, description.LocalAddress);
    }

    [Fact]
    public async Task Two_servers_with_the_same_handler_are_distinguished_by_their_names()
    {
        var host = await StartAsync(akka => akka
            .WithTcpServer<EchoHandler>("one", Loopback)
            .WithTcpServer<EchoHandler>("two", Loopback));

        Assert.NotEqual(EndPointOf(host, "one"), EndPointOf(host, "two"));
        await EchoAsync(EndPointOf(host, "one"));
        await EchoAsync(EndPointOf(host, "two"));
        Assert.Equal(SystemOf(host).TcpServers()["one"].Listener, ActorRegistry.For(SystemOf(host)).Get<TcpServerKey<EchoHandler>>());
        Assert.Throws<KeyNotFoundException>(() => SystemOf(host).TcpServers()["three"]);
    }

    [Fact]
    public async Task A_server_listens_on_all_its_addresses()
    {
        var host = await StartAsync(akka => akka.WithTcpServer<EchoHandler>("echo", options =>
        {
            options.Listen("127.0.0.1", 0);
            options.EndPoints.Add(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        }));

        var listeners = SystemOf(host).TcpServers()["echo"].Listeners;

        Assert.Equal(["127.0.0.1", "127.0.0.2"], listeners.Select(listener => listener.LocalAddress.Addr));
        foreach (var listener in listeners)
        {
            await EchoAsync(listener.LocalAddress.ToIPEndPoint());
        }
    }

    [Fact]
    public async Task Server_on_localhost_listens_on_both_loopbacks()
    {
        var host = await StartAsync(akka => akka.WithTcpServer<EchoHandler>("echo", options =>
        {
            options.Listen("localhost", 0);
            options.Listen("127.0.0.1", 0);
        }));
        var server = SystemOf(host).TcpServers()["echo"];

        Assert.True(server.IsBound);
        Assert.Equal(["127.0.0.1"], server.Listeners[0].LocalAddresses.Select(address => address.Addr));
        Assert.Equal(["127.0.0.1", "::1"], server.Listeners[1].LocalAddresses.Select(address => address.Addr));
        foreach (var address in server.Listeners[1].LocalAddresses)
        {
            await EchoAsync(address.ToIPEndPoint());
        }
    }

    [Fact]
    public async Task Server_has_the_socket_options_of_its_listener_settings()
    {
        var host = await StartAsync(
            akka => akka.WithTcpServer<EchoHandler>("echo", options =>
            {
                Loopback(options);
                options.Listener = listener => listener with { Device = "lo" };
            }),
            new Dictionary<string, string?> { ["ActorTcp:Listener:RecvBufferSize"] = "40KiB", ["ActorTcp:Listener:IPv6Only"] = "on" });

        var description = await SystemOf(host).TcpServers()["echo"].Listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit);

        Assert.Equal(("lo", 40 * 1024), (description.Device, description.RecvBufferSize));
    }

    [Fact]
    public async Task Server_can_have_its_own_limits_and_settings()
    {
        var host = await StartAsync(akka => akka.WithTcpServer<EchoHandler>("echo", options =>
        {
            Loopback(options);
            options.Listener = listener => listener with { MaxConnections = 1, LimitPolicy = LimitPolicy.AcceptAnswerAndClose, LimitAnswer = "full" };
            options.Connection = connection => connection with { FirstByteTimeout = TimeSpan.FromMilliseconds(100) };
        }));
        var endpoint = EndPointOf(host, "echo");
        using (await AcceptedClientAsync(endpoint))
        {
            using var second = await EchoClient.ConnectAsync(endpoint, LimitToken());
            Assert.Equal("full", await ReadAsync(second, 4));
        }

        // The next accepted client sends nothing.
        await Eventually.HoldsAsync(async () =>
        {
            using var silent = await EchoClient.ConnectAsync(endpoint, LimitToken());
            return await EchoClient.IsEndedByServerAsync(silent, LimitToken());
        });
    }

    [Fact]
    public async Task Server_splits_its_streams_into_frames()
    {
        var host = await StartAsync(akka => akka.WithTcpServer<LineHandler>("lines", options =>
        {
            Loopback(options);
            options.HandlerOptions = new HandlerOptions { Framing = new LineFraming(100) };
        }));
        using var client = await EchoClient.ConnectAsync(EndPointOf(host, "lines"), LimitToken());

        await client.SendAsync("one\ntwo\n"u8.ToArray(), LimitToken());

        Assert.Equal("<one>\n<two>\n", await ReadAsync(client, 12));
    }

    [Fact]
    public async Task Server_is_bound_after_the_actors_that_its_handlers_need()
    {
        var wasBound = true;
        await StartAsync(akka => akka
            .WithTcpServer<EchoHandler>("echo", Loopback)
            .WithActors((system, _) => wasBound = system.TcpServers()["echo"].IsBound));

        Assert.False(wasBound);
    }

    [Fact]
    public async Task A_host_whose_server_cannot_listen_does_not_start_and_names_server_and_address()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        var taken = (IPEndPoint)other.LocalEndPoint!;
        var host = Build(akka => akka
            .WithTcpServer<EchoHandler>("first", Loopback)
            .WithTcpServer<EchoHandler>("second", options => options.EndPoints.Add(taken)));

        var failure = await Assert.ThrowsAsync<TcpBindException>(() => host.StartAsync(LimitToken()));

        Assert.Equal(Errno.EADDRINUSE, failure.Errno);
        Assert.Contains($"Server 'second': Cannot listen on {taken}", failure.Message, StringComparison.Ordinal);
        await SystemOf(host).WhenTerminated.WaitAsync(Limit);
    }

    [Fact]
    public async Task Server_listens_on_its_further_ports_or_its_host_does_not_start()
    {
        var host = await StartAsync(akka => akka.WithTcpServer<EchoHandler>("echo", options =>
        {
            options.Listen("127.0.0.3", 0);
            options.MorePorts = 2;
        }));
        var bound = SystemOf(host).TcpServers()["echo"].Listeners[0];
        Assert.Equal(3, (await bound.Listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit)).Ports);
        var other = Build(akka => akka.WithTcpServer<EchoHandler>("echo", options =>
        {
            Loopback(options);
            options.MorePorts = 5000;
        }));

        var failure = await Assert.ThrowsAsync<TcpBindException>(() => other.StartAsync(LimitToken()));

        Assert.Contains("5000 ports after 127.0.0.1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Server_needs_a_unique_name_and_an_address()
    {
        var builder = new AkkaConfigurationBuilder(new ServiceCollection(), "names").WithTcpServer<EchoHandler>("echo", Loopback);

        Assert.Throws<ArgumentException>(() => builder.WithTcpServer<GreetingHandler>("echo", Loopback));
        Assert.Throws<ArgumentException>(() => builder.WithTcpServer<EchoHandler>("nowhere", _ => { }));
    }

    [Fact]
    public async Task Shutdown_phase_that_is_shorter_than_the_drain_fails_the_start()
    {
        var host = Build(akka => akka
            .AddHocon("akka.coordinated-shutdown.phases.service-requests-done.timeout = 3s", HoconAddMode.Prepend)
            .WithTcpServer<EchoHandler>("echo", Loopback));

        var failure = await Assert.ThrowsAsync<ConfigurationException>(() => host.StartAsync(LimitToken()));

        Assert.Contains("service-requests-done.timeout is 00:00:03; it must be at least 00:00:13", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Returns an accepted client that has passed its first-byte deadline: its first byte was echoed. A delayed client tries again.</summary>
    private static async Task<Socket> AcceptedClientAsync(IPEndPoint server)
    {
        var limit = LimitToken();
        while (true)
        {
            var client = await EchoClient.ConnectAsync(server, limit);
            var answer = new byte[1];
            try
            {
                await client.SendAsync("x"u8.ToArray(), limit);
                if (await client.ReceiveAsync(answer, limit) == 1 && answer[0] == 'x')
                {
                    return client;
                }
            }
            catch (SocketException)
            {
                // The deadline has closed it.
            }

            client.Dispose();
        }
    }

    private static async Task<string> ReadAsync(Socket socket, int length)
    {
        var bytes = new byte[length];
        for (var count = 0; count < length;)
        {
            var received = await socket.ReceiveAsync(bytes.AsMemory(count), LimitToken());
            Assert.True(received > 0, "the stream ended early");
            count += received;
        }

        return System.Text.Encoding.UTF8.GetString(bytes);
    }

    private sealed record Greeting(string Text);

    private sealed class LineHandler : TcpHandler
    {
        protected override void OnReceived(Received received) => Send($"<{System.Text.Encoding.UTF8.GetString(received.Span)}>");
    }

    private sealed class GreetingHandler(Greeting greeting) : TcpHandler
    {
        protected override void OnConnected(ConnectionProtocol.Connected connected) => Send(greeting.Text);
    }
}
