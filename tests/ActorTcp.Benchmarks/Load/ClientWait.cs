namespace ActorTcp.Benchmarks.Load;

/// <summary>What the load generator does while no reply is there.</summary>
internal enum ClientWait
{
    /// <summary>Sleeps in epoll_wait. The server's send pays for waking it.</summary>
    Sleep,

    /// <summary>Asks epoll_wait again at once. Needs a core of its own.</summary>
    Spin,
}
