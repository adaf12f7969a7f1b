using System.Threading.Channels;
using Akka.Hosting;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace ActorTcp.Tests.Hosting;

/// <summary>The properties of log events, as a Serilog sink of the host receives them through <c>AddLoggerFactory</c>.</summary>
public sealed class LogPropertyTests : HostingTest
{
    private readonly ChannelSink _sink = new();
    private readonly List<LogEvent> _events = [];

    [Fact]
    public async Task Accepted_and_closed_connection_has_listener_connection_addresses_and_reason()
    {
        var (server, listener) = await StartServerAsync();
        using var client = await EchoClient.ConnectAsync(server, LimitToken());
        await EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken());
        var remote = client.LocalEndPoint;
        client.Dispose();

        var opened = await EventAsync("is open");
        var closed = await EventAsync("has ended");

        Assert.All([opened, closed], entry =>
        {
            Assert.Equal(listener, Property(entry, "Listener"));
            Assert.Equal($"{listener}/1", Property(entry, "Connection"));
            Assert.Equal($"{remote}", Property(entry, "RemoteAddress"));
            Assert.Equal($"{server}", Property(entry, "LocalAddress"));
            Assert.EndsWith($"/{listener}/1", $"{Property(entry, "LogSource")}", StringComparison.Ordinal);
        });
        Assert.Equal(CloseReason.PeerClosed, Property(closed, "Reason"));
        Assert.Equal(1000L, Property(closed, "ReceivedBytes"));
        Assert.False(closed.Properties.ContainsKey("Errno"));
    }

    [Fact]
    public async Task Failed_connection_has_its_reason_and_errno()
    {
        var (server, listener) = await StartServerAsync();
        var client = await EchoClient.ConnectAsync(server, LimitToken());
        await EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken());
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();

        var closed = await EventAsync("has ended");

        Assert.Equal(listener, Property(closed, "Listener"));
        Assert.Equal(CloseReason.Error, Property(closed, "Reason"));
        Assert.Equal(Errno.ECONNRESET, Property(closed, "Errno"));
    }

    [Fact]
    public async Task Failed_client_has_its_connector_host_reason_and_errno()
    {
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var address = (IPEndPoint)nobody.LocalEndPoint!;
        var system = await StartLoggingAsync(akka => akka.WithTcpClient<EchoHandler>("upstream", options =>
        {
            options.Host = Tcp.INADDR_LOOPBACK;
            options.Port = address.Port;
            options.Reconnect = ReconnectPolicy.None;
        }));

        var ended = await EventAsync("{Connector} {RemoteHost} has ended");
        var givenUp = await EventAsync("stops trying to connect");

        Assert.Equal(system.TcpClients()["upstream"].Connector.Path.Name, Property(ended, "Connector"));
        Assert.Equal($"{address}", Property(ended, "RemoteHost"));
        Assert.Equal("upstream", Property(givenUp, "Client"));
        Assert.All([ended, givenUp], entry => Assert.Equal("ConnectFailed", Property(entry, "Reason")));
        Assert.All([ended, givenUp], entry => Assert.Equal(Errno.ECONNREFUSED, Property(entry, "Errno")));
    }

    private static object? Property(LogEvent entry, string name) => ((ScalarValue)entry.Properties[name]).Value;

    private async Task<(IPEndPoint Address, string Listener)> StartServerAsync()
    {
        var system = await StartLoggingAsync(akka => akka.WithTcpServer<EchoHandler>("echo", Loopback));
        return (system.TcpServers()["echo"].LocalAddress.ToIPEndPoint(), system.TcpServers()["echo"].Listener.Path.Name);
    }

    private async Task<Akka.Actor.ActorSystem> StartLoggingAsync(Action<AkkaConfigurationBuilder> configure) => SystemOf(await StartAsync(
        akka => configure(akka.ConfigureLoggers(loggers =>
        {
            loggers.LogLevel = Akka.Event.LogLevel.DebugLevel;
            loggers.AddLoggerFactory();
        })),
        services: services => services.AddSerilog(serilog => serilog.MinimumLevel.Debug().WriteTo.Sink(_sink), preserveStaticLogger: true)));

    /// <summary>The first event whose template contains a text. Events of several actors arrive in any order.</summary>
    private async Task<LogEvent> EventAsync(string text)
    {
        LogEvent? found;
        while ((found = _events.Find(entry => entry.MessageTemplate.Text.Contains(text, StringComparison.Ordinal))) is null)
        {
            _events.Add(await _sink.Events.Reader.ReadAsync(LimitToken()));
        }

        return found;
    }

    private sealed class ChannelSink : ILogEventSink
    {
        public Channel<LogEvent> Events { get; } = Channel.CreateUnbounded<LogEvent>();

        public void Emit(LogEvent logEvent) => Events.Writer.TryWrite(logEvent);
    }
}
