using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorTcp.Tests.Docs;

/// <summary>The examples of docs/systemd.md, each in a process that has inherited its sockets.</summary>
public sealed class SystemdPageTests : IDisposable
{
    private readonly InheritedDescriptors _manager = new();
    private readonly NotifySocket _systemd = new();

    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [Fact]
    public async Task Service_of_the_page_serves_notifies_the_watchdog_and_stops()
    {
        // AddSystemd notifies only the real systemd, which it recognizes by the parent of the process. The watchdog begins when the host has started.
        var address = _manager.Listen("echo");
        using var service = Start(RunService);
        Assert.Equal("WATCHDOG=1", await _systemd.ReceiveAsync(Limit));

        await EchoAsync(address);

        using var kill = Process.Start("kill", ["-TERM", service.Id.ToString(CultureInfo.InvariantCulture)]);
        await service.WaitForExitAsync(Limit);
        Assert.Equal(0, service.ExitCode);
    }

    internal static void RunService() => RunServiceAsync([]).GetAwaiter().GetResult();

    private static async Task RunServiceAsync(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddSystemd();
        builder.Services.AddActorTcpSystemdWatchdog();
        builder.Services.AddAkka("echo", akka => akka.WithTcpServer<EchoHandler>("echo", options => options.ListenInherited("echo")));
        await builder.Build().RunAsync();
    }

    [Theory]
    [InlineData("echo")]
    [InlineData("other")]
    public void Server_of_the_page_chooses_its_address(string name)
    {
        _manager.Listen(name);

        ChildProcess.Run(name == "echo" ? ChooseInherited : ChooseAddress, _manager);
    }

    internal static void ChooseInherited() => ChooseAsync(isInherited: true).GetAwaiter().GetResult();

    internal static void ChooseAddress() => ChooseAsync(isInherited: false).GetAwaiter().GetResult();

    private static async Task ChooseAsync(bool isInherited)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddAkka("echo", akka => akka
            .WithTcpServer<EchoHandler>("echo", options =>
                _ = InheritedSockets.Current.Names.Contains("echo") ? options.ListenInherited("echo") : options.Listen("127.0.0.1", 2049))
            .AddHocon("akka { loglevel = OFF, stdout-loglevel = OFF }", HoconAddMode.Prepend));
        using var host = builder.Build();
        try
        {
            await host.StartAsync(Limit);
        }
        catch (TcpBindException busy) when (!isInherited && busy.Errno == Errno.EADDRINUSE)
        {
            // Another program of this machine has the port of the page.
            return;
        }

        var address = host.Services.GetRequiredService<ActorSystem>().TcpServers()["echo"].LocalAddress.ToIPEndPoint();
        Assert.Equal(isInherited, address.Port != 2049);
        await EchoAsync(address);
        await host.StopAsync(Limit);
    }

    [Fact]
    public void Listener_of_the_page_takes_the_inherited_sockets()
    {
        _manager.Listen("echo");

        ChildProcess.Run(Listen, _manager);
    }

    internal static void Listen() => ListenAsync().GetAwaiter().GetResult();

    private static async Task ListenAsync()
    {
        using var system = ActorSystem.Create("page", "akka { loglevel = OFF, stdout-loglevel = OFF }");
        var (owner, answers) = Inbox(system);
        system.ActorTcp().Manager.Tell(ListenerProtocol.Bind.Inherited("echo", Props.Create<EchoHandler>()), owner);
        await EchoAsync(((ListenerProtocol.Bound)await answers.ReceiveAsync(TimeSpan.FromSeconds(60))).LocalAddress.ToIPEndPoint());
        await system.Terminate();
    }

    [Fact]
    public async Task Connection_of_the_page_is_adopted()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var client = await EchoClient.ConnectAsync((IPEndPoint)server.LocalEndpoint, Limit);
        _manager.Add("connection", await server.AcceptSocketAsync(Limit));
        using var service = Start(Adopt);

        await EchoClient.EchoAsync(client, 1000, 1, 100, Limit);

        _manager.Dispose();
        client.Shutdown(SocketShutdown.Send);
        await service.WaitForExitAsync(Limit);
        Assert.Equal(0, service.ExitCode);
    }

    internal static void Adopt() => AdoptAsync().GetAwaiter().GetResult();

    private static async Task AdoptAsync()
    {
        using var system = ActorSystem.Create("page", "akka { loglevel = OFF, stdout-loglevel = OFF }");
        var (owner, answers) = Inbox(system);
        foreach (var socket in InheritedSockets.Current.Take("connection"))
        {
            system.ActorTcp().Manager.Tell(new AdoptionProtocol.Adopt(socket, Props.Create<EchoHandler>()), owner);
        }

        var adopted = (AdoptionProtocol.Adopted)await answers.ReceiveAsync(TimeSpan.FromSeconds(60));
        await adopted.Connection.WatchAsync(Limit);
        await system.Terminate();
    }

    public void Dispose()
    {
        _manager.Dispose();
        _systemd.Dispose();
    }

    private static (IActorRef Owner, Inbox Answers) Inbox(ActorSystem system)
    {
        var inbox = Akka.Actor.Inbox.Create(system);
        return (inbox.Receiver, inbox);
    }

    private static async Task EchoAsync(IPEndPoint address)
    {
        using var client = await EchoClient.ConnectAsync(address, Limit);
        await EchoClient.EchoAsync(client, 1000, 1, 100, Limit);
    }

    private Process Start(Action scenario)
    {
        var start = ChildProcess.StartInfo(scenario, ("NOTIFY_SOCKET", _systemd.Name), ("WATCHDOG_USEC", "200000"));
        using var passed = _manager.PassTo(start);
        return Process.Start(start)!;
    }
}
