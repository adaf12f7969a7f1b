using Akka.Configuration;
using Akka.Hosting;
using ActorTcp.Demo.Chat;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorTcp.Tests.Demo;

/// <summary>
/// A full room with a client that does not read. ACTORTCP_CHAT_SECONDS sets the duration (2 seconds).
/// A slow machine must not decide which client is dropped. The deadline is therefore longer than a reading thread can be delayed,
/// and the queue has room for the lines that arrive meanwhile.
/// </summary>
public sealed class ChatRoomTests(ITestOutputHelper output)
{
    private const int People = 100;
    private const int LinesPerSecond = 1000;
    private const int TicksPerSecond = 50;
    private const string Quiet = """
        akka { loglevel = WARNING, stdout-loglevel = OFF, log-dead-letters = off }
        chat.kernel-buffer = 16KiB
        """;

    private const string Settings = """
        actortcp.connection {
          send-queue-bytes = 1MiB
          send-queue-high = 512KiB
          write-stall-timeout = 5s
        }
        """;

    private static readonly int Seconds = TestSettings.Number("ACTORTCP_CHAT_SECONDS") ?? 2;

    private readonly CancellationToken _limit = new CancellationTokenSource(TimeSpan.FromMinutes(5)).Token;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Client_that_does_not_read_is_dropped_and_no_other_client_loses_a_line(int loops)
    {
        using var host = await StartAsync(loops);
        var server = host.Services.GetRequiredService<ActorSystem>().TcpServers()["chat"];
        IPEndPoint address = server.LocalAddress;
        using var sleeper = await ChatClient.ConnectAsync(address, _limit, receiveBuffer: 4096);
        await sleeper.ReadUntilAsync("* guest-1 has entered lobby", _limit);
        var readers = new List<ChatClient>();
        for (var i = 2; i <= People; i++)
        {
            readers.Add(await ChatClient.ConnectAsync(address, _limit));
            await readers[^1].ReadUntilAsync($"* guest-{i} has entered lobby", _limit);
        }

        var clock = Stopwatch.StartNew();
        var watch = WatchAsync(server.Listener, sleeper.LocalAddress);
        var reading = readers.Select(reader => Task.Run(() => ReadLinesAsync(reader, clock))).ToList();
        await TalkAsync(readers[0]);
        var talked = clock.Elapsed;
        var results = await Task.WhenAll(reading);
        var (mostQueued, bound) = await watch;

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{loops} loops: {Seconds * LinesPerSecond} lines in {talked.TotalSeconds:0.0} s to {readers.Count}, all received after {clock.Elapsed.TotalSeconds:0.0} s; at most {mostQueued} of {bound} bytes queued; {results[0].Notice}; after {results[0].NoticeAfter.TotalSeconds:0.0} s"));
        Assert.All(results, result => Assert.Equal(Seconds * LinesPerSecond, result.Lines));
        Assert.All(results, result => Assert.StartsWith("* guest-1 was dropped because it reads too slowly: the peer read nothing", result.Notice, StringComparison.OrdinalIgnoreCase));
        Assert.InRange(mostQueued, 1, bound);
        readers.ForEach(reader => reader.Dispose());
        await host.StopAsync(_limit);
    }

    [Fact]
    public async Task Client_that_fills_its_send_queue_is_dropped_before_the_write_stall_deadline()
    {
        using var host = await StartAsync(2, "actortcp.connection { send-queue-bytes = 64KiB, send-queue-high = 32KiB, send-queue-low = 0, write-stall-timeout = 10m }");
        IPEndPoint address = host.Services.GetRequiredService<ActorSystem>().TcpServers()["chat"].LocalAddress;
        using var sleeper = await ChatClient.ConnectAsync(address, _limit, receiveBuffer: 4096);
        await sleeper.ReadUntilAsync("* guest-1 has entered lobby", _limit);
        using var speaker = await ChatClient.ConnectAsync(address, _limit);

        var talking = Task.Run(async () =>
        {
            for (var number = 0; number < 3000; number++)
            {
                await speaker.WriteAsync($"{number} {new string('.', 80)}\n", _limit);
            }
        });
        Assert.Equal("* guest-1 was dropped because it reads too slowly: its send queue is full", await speaker.ReadUntilAsync("* guest-1 was", _limit));
        await speaker.ReadUntilAsync("<guest-2> 2999 ", _limit);
        await talking;
        await host.StopAsync(_limit);
    }

    private static async Task<IHost> StartAsync(int loops, string settings = Settings)
    {
        var own = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "config", "chat.conf"));
        var config = ConfigurationFactory.ParseString($"actortcp.loops = {loops}\n{Quiet}\n{settings}").WithFallback(ConfigurationFactory.ParseString(own));
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddAkka("chat", akka => akka
            .AddHocon(config, HoconAddMode.Prepend)
            .WithChat(SettingsReader.Read<ChatSettings>(config, ChatSettings.Section), options => options.Listen(Tcp.INADDR_LOOPBACK, 0)));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    /// <summary>Sends lines at an even rate for the duration of the test.</summary>
    private async Task TalkAsync(ChatClient speaker)
    {
        const int perTick = LinesPerSecond / TicksPerSecond;
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1) / TicksPerSecond);
        for (var tick = 0; tick < Seconds * TicksPerSecond; tick++)
        {
            var lines = Enumerable.Range(tick * perTick, perTick).Select(number => $"{number} {new string('.', 80)}\n");
            await speaker.WriteAsync(string.Concat(lines), _limit);
            await pace.WaitForNextTickAsync(_limit);
        }
    }

    /// <summary>Receives all lines in order, and the notice somewhere between them.</summary>
    private async Task<(int Lines, string Notice, TimeSpan NoticeAfter)> ReadLinesAsync(ChatClient reader, Stopwatch clock)
    {
        var next = 0;
        var (notice, after) = ("", TimeSpan.Zero);
        while (next < Seconds * LinesPerSecond || notice.Length == 0)
        {
            var line = await reader.ReadAsync(_limit);
            Assert.NotNull(line);
            if (line.StartsWith('<'))
            {
                Assert.StartsWith($"<guest-2> {next++} ", line, StringComparison.Ordinal);
            }
            else if (line.StartsWith("* guest-1 ", StringComparison.Ordinal))
            {
                (notice, after) = (line, clock.Elapsed);
            }
        }

        return (next, notice, after);
    }

    /// <summary>Returns the maximum of queued bytes of one client until it is gone, and the bound of its queue.</summary>
    private async Task<(long Most, long Bound)> WatchAsync(IActorRef listener, IPEndPoint client)
    {
        var connections = (await listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, _limit)).Connections;
        var descriptions = await Task.WhenAll(connections.Select(connection => connection.Ask<ConnectionDescription>(ConnectionProtocol.Describe.Instance, _limit)));
        var watched = descriptions.Single(description => description.RemoteAddress == client).Connection;
        var gone = watched.WatchAsync(_limit);
        var most = 0L;
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!gone.IsCompleted)
        {
            var description = watched.Ask<ConnectionDescription>(ConnectionProtocol.Describe.Instance, _limit);
            if (await Task.WhenAny(description, gone) == description)
            {
                most = Math.Max(most, (await description).BytesQueued);
            }

            await pace.WaitForNextTickAsync(_limit);
        }

        return (most, 1024 * 1024);
    }
}
