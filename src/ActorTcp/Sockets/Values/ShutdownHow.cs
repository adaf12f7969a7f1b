namespace ActorTcp.Sockets;

/// <summary>The direction of a connection that <see cref="Tcp.Shutdown(ShutdownHow)"/> ends.</summary>
public enum ShutdownHow
{
    /// <summary><c>"r"</c>: nothing more is received; every receive returns the end of the stream.</summary>
    Read = 0,
    /// <summary><c>"w"</c>: nothing more is sent; the peer sees the end of the stream.</summary>
    Write = 1,
    /// <summary><c>"rw"</c>: both.</summary>
    Both = 2,
}
