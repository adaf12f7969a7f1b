namespace ActorTcp.Benchmarks.Peers;

/// <summary>A server that runs in this process; disposing it stops it.</summary>
internal interface IEchoServer : IAsyncDisposable
{
    /// <summary>The port of 127.0.0.1 that it listens on.</summary>
    int Port { get; }
}
