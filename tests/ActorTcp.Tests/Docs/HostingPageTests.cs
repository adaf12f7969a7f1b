using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog;

namespace ActorTcp.Tests.Docs;

/// <summary>The examples of docs/hosting.md, docs/settings.md and docs/stopping.md.</summary>
public sealed class HostingPageTests
{
    [Fact]
    public void Settings_of_your_own_are_read_and_checked()
    {
        var config = ConfigurationFactory.ParseString("chat.kernel-buffer = 32KiB");
        var settings = SettingsReader.Read<ChatSettings>(config, "chat");
        Assert.Equal((10, 32 * 1024), (settings.History, settings.KernelBuffer));

        var wrong = ConfigurationFactory.ParseString("chat.history = -1");
        Assert.Contains("history is -1; it must be 0 to 1000", Assert.Throws<ConfigurationException>(() => SettingsReader.Read<ChatSettings>(wrong, "chat")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terminate_of_the_page_for_stopping_ends_the_system()
    {
        var address = Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0)!;
        var system = ActorSystem.Create("server");
        await system.ActorTcp().Manager.Ask<ListenerProtocol.Bound>(new ListenerProtocol.Bind(address, Props.Create<EchoHandler>()));
        // The server runs.
        await system.Terminate();
        Assert.True(system.WhenTerminated.IsCompleted);
    }

    [Fact]
    public void Logging_client_and_health_check_of_the_page_can_be_added()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHealthChecks().AddActorTcp();
        builder.Services.AddSerilog(serilog => serilog.ReadFrom.Configuration(builder.Configuration));
        builder.Services.AddAkka("chat", akka => akka
            .ConfigureLoggers(loggers =>
            {
                loggers.LogLevel = Akka.Event.LogLevel.InfoLevel;
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            }));
        builder.Services.AddAkka("clients", (akka, _) =>
        {
            akka.WithTcpClient<UpstreamHandler>("upstream", options =>
            {
                options.Host = "upstream.example";
                options.Port = 7000;
                options.Reconnect = new ReconnectPolicy(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(30));
            });
        });
        using var host = builder.Build();
        Assert.NotNull(host);
    }

    [Fact]
    public void Handler_that_blocks_has_another_dispatcher()
    {
        var address = Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0)!;
        var bind =
            new ListenerProtocol.Bind(address, Props.Create<SlowHandler>().WithDispatcher("akka.actor.default-blocking-io-dispatcher"))
            ;
        Assert.Equal("akka.actor.default-blocking-io-dispatcher", bind.Handler!.Dispatcher);
    }

    /// <summary>Only compiled: the server listens on all addresses of the machine.</summary>
    internal static async Task RunAsync(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddSingleton<Rooms>();
        builder.Services.AddAkka("chat", akka => akka
            .WithActorTcp(builder.Configuration)
            .WithTcpServer<ChatHandler>("chat", options =>
            {
                options.Listen("0.0.0.0", 2323);
                options.HandlerOptions = new HandlerOptions { Framing = new LineFraming(1024) };
                options.Listener = listener => listener with { MaxConnections = 1000 };
                options.Connection = connection => connection with { ReadIdleTimeout = TimeSpan.FromMinutes(10) };
            }));
        await builder.Build().RunAsync();
    }

    public sealed record ChatSettings : ISettingsSection
    {
        public int History { get; init; } = 10;

        public long KernelBuffer { get; init; } = 64 * 1024;

        IEnumerable<string> ISettingsSection.BrokenRules() =>
            History is >= 0 and <= 1000 ? [] : [$"history is {History}; it must be 0 to 1000"];
    }

    internal sealed class Rooms;

    internal sealed class ChatHandler(Rooms rooms) : TcpHandler
    {
        protected override void OnConnected(ConnectionProtocol.Connected connected) => Send($"{rooms}");
    }

    internal sealed class UpstreamHandler : TcpHandler;

    internal sealed class SlowHandler : TcpHandler;
}
