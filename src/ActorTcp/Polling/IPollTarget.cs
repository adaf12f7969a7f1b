using ActorTcp.Sockets;

namespace ActorTcp.Polling;

/// <summary>Whoever wants to know when a registered descriptor is ready. Called on the thread that turns the <see cref="Poller"/>.</summary>
internal interface IPollTarget
{
    /// <summary>The descriptor is ready: epoll's bits of this turn. Must not throw.</summary>
    void OnReady(uint events);

    /// <summary>The poller cannot wait any more: the registration has ended, and nothing more is told. Must not throw.</summary>
    void OnLost(Errno errno);
}
