using System.Net.Sockets;
using ActorTcp.Hosting;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorTcpServer.Tests;

/// <summary>The whole server and a client with a real socket. Port 0 lets the kernel choose a free port.</summary>
public sealed class LineServerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Client_receives_an_answer_to_each_line()
    {
        using var host = await StartAsync();
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(host.Services.GetRequiredService<ActorSystem>().TcpServers()[LineServer.Name].LocalAddress.ToIPEndPoint());
            using var reader = new StreamReader(client.GetStream());
            using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };

            await writer.WriteAsync("hello\nworld\n");

            Assert.Equal("Say something.", await reader.ReadLineAsync().WaitAsync(Limit));
            Assert.Equal("HELLO", await reader.ReadLineAsync().WaitAsync(Limit));
            Assert.Equal("WORLD", await reader.ReadLineAsync().WaitAsync(Limit));
        }

        await host.StopAsync();
    }

    private static async Task<IHost> StartAsync()
    {
        var builder = Host.CreateApplicationBuilder(["--Server:Port=0"]);
        builder.AddLineServer();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
