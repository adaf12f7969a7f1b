using ActorTcp.Sockets;

namespace ActorTcp.Transport;

/// <summary>One connect to one address as the actor that wants it sees it: it asks, its <see cref="IConnectAttemptOwner"/> is told. On the loop's thread.</summary>
internal interface IConnectAttempt
{
    /// <summary>Where to.</summary>
    SockAddr RemoteAddress { get; }

    /// <summary>Begins. 0, or minus the errno where it failed at once: then nothing is left open, and the owner is told nothing.</summary>
    int Begin(IConnectAttemptOwner owner);

    /// <summary>The connection, behind <see cref="IConnectAttemptOwner.OnConnected"/>: its channel, to be opened on the same loop. Once.</summary>
    /// <param name="noDelay">Whether small messages are to be sent at once (TCP_NODELAY).</param>
    IChannel Take(bool noDelay);

    /// <summary>Gives it up, and closes what nobody has taken. The owner is told nothing more. Harmless when it has ended.</summary>
    void Close();
}

/// <summary>Who is told what became of an <see cref="IConnectAttempt"/>, once. On the loop's thread; must not throw.</summary>
internal interface IConnectAttemptOwner
{
    /// <summary>It is connected, and waits to be taken.</summary>
    void OnConnected(IConnectAttempt connecting);

    /// <summary>It failed, and nothing is left open.</summary>
    void OnConnectFailed(IConnectAttempt connecting, Errno errno);
}
