using Microsoft.AspNetCore.Builder;

namespace ActorTcp.Benchmarks.Peers;

internal sealed class KestrelEchoServer(WebApplication application) : IEchoServer
{
    public int Port { get; } = new Uri(application.Urls.Single()).Port;

    public ValueTask DisposeAsync() => application.DisposeAsync();
}
