using Akka.Actor;

namespace ActorTcp.Benchmarks.Peers;

internal sealed class ActorTcpEchoServer(ActorSystem system, int port) : IEchoServer
{
    public int Port { get; } = port;

    public ValueTask DisposeAsync() => new(system.Terminate());
}
