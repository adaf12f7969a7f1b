using ActorTcp.Sockets;

namespace ActorTcp.Polling;

/// <summary>Whoever wants to know when a registered descriptor is ready. Called on the thread that turns the <see cref="Poller"/>.</summary>
internal interface IPollTarget
{
    /// <summary>The descriptor is ready: epoll's bits of this turn. Must not throw.</summary>
    void OnReady(uint events);

    /// <summary>A call of this target threw, and has been logged: it ends by itself what it stands for, and nothing else. Must not throw.</summary>
    void OnFault();

    /// <summary>The poller cannot wait any more: the registration has ended, and nothing more is told. Must not throw.</summary>
    void OnLost(Errno errno);
}
