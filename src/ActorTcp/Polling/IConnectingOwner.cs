using ActorTcp.Sockets;

namespace ActorTcp.Polling;

/// <summary>Who is told what became of an <see cref="IConnecting"/>, once. On the loop's thread; must not throw.</summary>
internal interface IConnectingOwner
{
    /// <summary>It is connected, and waits to be taken.</summary>
    void OnConnected(IConnecting connecting);

    /// <summary>It failed, and nothing is left open.</summary>
    void OnConnectFailed(IConnecting connecting, Errno errno);
}
