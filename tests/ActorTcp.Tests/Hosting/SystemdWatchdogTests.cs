using Akka.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ActorTcp.Tests.Hosting;

/// <summary>The notifications of a host for the watchdog of systemd.</summary>
public sealed class SystemdWatchdogTests : HostingTest
{
    private const string Watchdog = "WATCHDOG=1";
    private static readonly string ProcessId = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Watchdog_is_notified_again_and_again(bool isAbstract, bool hasPid)
    {
        using var systemd = new NotifySocket(isAbstract);

        await StartAsync(
            akka => akka.WithTcpServer<EchoHandler>("echo", Loopback),
            services: services => Add(services, systemd.Name, "20000", hasPid ? ProcessId : null));

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(Watchdog, await systemd.ReceiveAsync(LimitToken()));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Watchdog_is_not_notified_while_a_loop_is_blocked(int blocked)
    {
        using var systemd = new NotifySocket();
        var host = await StartAsync(
            akka => akka.WithTcpServer<EchoHandler>("echo", Loopback),
            services: services => Add(services, systemd.Name, "20000", ProcessId));
        Assert.Equal(Watchdog, await systemd.ReceiveAsync(LimitToken()));
        using var holding = new SemaphoreSlim(0);
        using var held = new ManualResetEventSlim();

        SystemOf(host).ActorTcp().Loops[blocked].Post(() =>
        {
            holding.Release();
            held.Wait(Limit);
        });
        await holding.WaitAsync(LimitToken());
        systemd.Drop();

        // The loops may have answered once before the one was blocked. After that notification nothing arrives.
        using var quiet = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        var late = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            for (; ; late++)
            {
                await systemd.ReceiveAsync(quiet.Token);
            }
        });
        Assert.InRange(late, 0, 1);
        systemd.Drop();
        held.Set();
        Assert.Equal(Watchdog, await systemd.ReceiveAsync(LimitToken()));
    }

    [Fact]
    public async Task Watchdog_is_notified_while_connections_drain()
    {
        using var systemd = new NotifySocket();
        var host = await StartAsync(
            akka => akka.WithTcpServer<EchoHandler>("echo", Loopback),
            new() { ["ActorTcp:DrainTimeout"] = "60s" },
            services => Add(services, systemd.Name, "20000", ProcessId));
        using var client = await EchoClient.ConnectAsync(EndPointOf(host, "echo"), LimitToken());
        await EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken());
        var listener = SystemOf(host).TcpServers()["echo"].Listener;

        var stop = host.StopAsync(LimitToken());

        await Eventually.HoldsAsync(async () =>
            (await listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit)).Phase == ListenerPhase.Draining);
        systemd.Drop();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(Watchdog, await systemd.ReceiveAsync(LimitToken()));
        }

        client.Dispose();
        await stop;
        systemd.Drop();
        using var quiet = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => systemd.ReceiveAsync(quiet.Token));
    }

    [Theory]
    [InlineData(null, "1000", null)]
    [InlineData("/run/notify", null, null)]
    [InlineData("/run/notify", "1000", "1")]
    public void Process_that_is_not_watched_sends_nothing(string? socket, string? time, string? pid) =>
        Assert.Null(SystemdNotifications.Parse(Variables(socket, time, pid), Environment.ProcessId));

    [Theory]
    [InlineData("30000000", 15_000)]
    [InlineData("1", 1)]
    [InlineData("18446744073709551615", 4_294_967_294)]
    public void Period_is_half_of_the_time(string time, double milliseconds) =>
        Assert.Equal(milliseconds, SystemdNotifications.Parse(Variables("@x", time, null), 1)!.Period.TotalMilliseconds);

    [Theory]
    [InlineData("/x", "0", null, "WATCHDOG_USEC is '0'; it must be a number of microseconds, 1 or above")]
    [InlineData("/x", "5s", null, "WATCHDOG_USEC is '5s'; it must be a number of microseconds, 1 or above")]
    [InlineData("/x", "1000", "me", "WATCHDOG_PID is 'me'; it must be the id of a process")]
    [InlineData("x", "1000", null, "NOTIFY_SOCKET is 'x'; it must be the absolute path of a Unix socket, or @ and an abstract name")]
    [InlineData("@", "1000", null, "NOTIFY_SOCKET is '@'; it must be the absolute path of a Unix socket, or @ and an abstract name")]
    public async Task Malformed_variable_prevents_the_start(string socket, string time, string? pid, string text)
    {
        var host = Build(akka => akka.WithTcpServer<EchoHandler>("echo", Loopback), services: services => Add(services, socket, time, pid));

        var failure = await Assert.ThrowsAsync<ConfigurationException>(() => host.StartAsync(LimitToken()));

        Assert.Equal($"the environment variable {text}", failure.Message);
    }

    [Fact]
    public async Task Host_without_systemd_starts_with_the_watchdog_added()
    {
        var host = await StartAsync(
            akka => akka.WithTcpServer<EchoHandler>("echo", Loopback),
            services: services => services.AddActorTcpSystemdWatchdog().AddActorTcpSystemdWatchdog());

        await EchoAsync(EndPointOf(host, "echo"));
    }

    private static void Add(IServiceCollection services, string? socket, string? time, string? pid) =>
        services.AddHostedService(provider => new SystemdWatchdog(provider, Variables(socket, time, pid)));

    private static Func<string, string?> Variables(string? socket, string? time, string? pid) => name => name switch
    {
        "NOTIFY_SOCKET" => socket,
        "WATCHDOG_USEC" => time,
        "WATCHDOG_PID" => pid,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };
}
