using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace ActorTcp.Tests.Hosting;

/// <summary>The results of the health check.</summary>
public sealed class ActorTcpHealthCheckTests : HostingTest
{
    [Fact]
    public async Task Healthy_when_every_loop_answers_and_every_server_listens()
    {
        var host = await StartAsync(akka => akka.WithTcpServer<EchoHandler>("echo", Loopback));
        await EchoAsync(EndPointOf(host, "echo"));

        var result = await CheckAsync(host);

        Assert.Equal(HealthStatus.Healthy, result.Status);
        Assert.Equal(["loop:0", "loop:1", $"server:echo {EndPointOf(host, "echo")}"], result.Data.Keys.Order());
        Assert.StartsWith("Listening, ", (string)result.Data[$"server:echo {EndPointOf(host, "echo")}"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Degraded_when_a_listener_has_its_maximum_of_connections()
    {
        var host = await StartAsync(akka => akka.WithTcpServer<EchoHandler>("echo", options =>
        {
            Loopback(options);
            options.Listener = listener => listener with { MaxConnections = 1 };
        }));
        using var client = await EchoClient.ConnectAsync(EndPointOf(host, "echo"), LimitToken());
        await EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken());

        var result = await CheckAsync(host);

        Assert.Equal(HealthStatus.Degraded, result.Status);
        Assert.Contains("1 connections, its maximum", result.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unhealthy_when_a_loop_does_not_answer_in_time()
    {
        var host = await StartAsync(
            akka => akka.WithTcpServer<EchoHandler>("echo", Loopback), new() { ["ActorTcp:HealthTimeout"] = "100ms" });
        using var held = new ManualResetEventSlim();
        SystemOf(host).ActorTcp().Loops[1].Post(() => held.Wait(Limit));

        var result = await CheckAsync(host);
        held.Set();

        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.Contains("loop:1: no answer in 00:00:00.1", result.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unhealthy_before_a_server_is_bound_and_after_it_stops_listening()
    {
        HealthCheckResult? before = null;
        await StartAsync(akka => akka
            .WithActors(async (system, _) => before = await CheckAsync(system))
            .WithTcpServer<EchoHandler>("echo", Loopback));
        Assert.Equal(HealthStatus.Unhealthy, before?.Status);
        Assert.Equal("server:echo: not bound", before?.Description);

        // A stopped listener does not answer, so this check takes its whole timeout.
        var host = await StartAsync(akka => akka.WithTcpServer<EchoHandler>("echo", Loopback), new() { ["ActorTcp:HealthTimeout"] = "1s" });
        var listener = SystemOf(host).TcpServers()["echo"].Listener;
        listener.Tell(ListenerProtocol.Unbind.Instance, ActorRefs.NoSender);
        await listener.WatchAsync(LimitToken());

        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(host)).Status);
    }

    [Fact]
    public async Task Unhealthy_when_the_actor_system_has_terminated()
    {
        var host = await StartAsync(akka => akka.WithTcpServer<EchoHandler>("echo", Loopback));
        await host.StopAsync(LimitToken());

        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(host)).Status);
    }

    [Fact]
    public async Task Health_checks_of_the_host_have_ActorTcp_under_its_name_with_its_tags()
    {
        var host = await StartAsync(
            akka => akka.WithTcpServer<EchoHandler>("echo", Loopback), services: services => services.AddHealthChecks().AddActorTcp(tags: ["ready"]));
        var checks = host.Services.GetRequiredService<HealthCheckService>();

        var entry = Assert.Single((await checks.CheckHealthAsync(LimitToken())).Entries);

        Assert.Equal(("actortcp", HealthStatus.Healthy), (entry.Key, entry.Value.Status));
        Assert.Equal(["ready"], entry.Value.Tags);
        Assert.Contains($"server:echo {EndPointOf(host, "echo")}", entry.Value.Data.Keys);
    }

    [Fact]
    public async Task Unhealthy_result_has_the_status_of_the_registration()
    {
        var host = await StartAsync(
            akka => akka.WithTcpServer<EchoHandler>("echo", Loopback),
            services: services => services.AddHealthChecks().AddActorTcp(failureStatus: HealthStatus.Degraded));
        await SystemOf(host).Terminate();

        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(LimitToken());

        Assert.Equal(HealthStatus.Degraded, report.Entries["actortcp"].Status);
    }

    private static Task<HealthCheckResult> CheckAsync(IHost host) => CheckAsync(SystemOf(host));

    private static Task<HealthCheckResult> CheckAsync(ActorSystem system) =>
        new ActorTcpHealthCheck(system).CheckHealthAsync(new HealthCheckContext(), LimitToken());
}
