using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorTcp.Tests.Hosting;

/// <summary>Hosts with an actor system, stopped after the test.</summary>
public abstract class HostingTest : IAsyncLifetime
{
    /// <summary>Long enough for a busy machine. No test waits for it to pass.</summary>
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly List<IHost> _hosts = [];

    protected static CancellationToken LimitToken() => new CancellationTokenSource(Limit).Token;

    protected static ActorSystem SystemOf(IHost host) => host.Services.GetRequiredService<ActorSystem>();

    protected static IPEndPoint EndPointOf(IHost host, string server) => SystemOf(host).TcpServers()[server].LocalAddress.ToIPEndPoint();

    protected static void Loopback(TcpServerOptions options) => options.Listen(Tcp.INADDR_LOOPBACK, 0);

    /// <summary>Builds a host without starting it.</summary>
    protected IHost Build(
        Action<AkkaConfigurationBuilder> akka,
        Dictionary<string, string?>? settings = null,
        Action<IServiceCollection>? services = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        services?.Invoke(builder.Services);
        builder.Services.AddAkka("hosted", configured =>
        {
            configured.AddHocon("akka { loglevel = WARNING, stdout-loglevel = OFF, loggers = [] }\nactortcp { loops = 2, health-timeout = 60s }", HoconAddMode.Append);
            configured.WithActorTcp(builder.Configuration);
            akka(configured);
        });
        var host = builder.Build();
        _hosts.Add(host);
        return host;
    }

    protected async Task<IHost> StartAsync(
        Action<AkkaConfigurationBuilder> akka,
        Dictionary<string, string?>? settings = null,
        Action<IServiceCollection>? services = null)
    {
        var host = Build(akka, settings, services);
        await host.StartAsync(LimitToken());
        return host;
    }

    private protected static async Task EchoAsync(IPEndPoint server, ulong seed = 1)
    {
        using var client = await EchoClient.ConnectAsync(server, LimitToken());
        await EchoClient.EchoAsync(client, 1000, seed, 100, LimitToken());
    }

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            try
            {
                await host.StopAsync(LimitToken());
            }
            finally
            {
                host.Dispose();
            }
        }
    }
}
