using ActorTcp.Sockets;

namespace ActorTcp.Transport;

/// <summary>
/// One connect to one address. On the thread of its loop. Its owner is notified once, after <see cref="Begin"/> has returned 0, and never after
/// <see cref="Close"/>. Everything may be called from within the owner's calls.
/// </summary>
internal interface IConnectAttempt
{
    /// <summary>The address to connect to.</summary>
    SockAddr RemoteAddress { get; }

    /// <summary>Begins, once. 0, or minus the errno if it failed at once: then nothing is left open, and the owner is not notified.</summary>
    int Begin(IConnectAttemptOwner owner);

    /// <summary>The channel of the connection, to be opened on the same loop. Once, after <see cref="IConnectAttemptOwner.OnConnected"/>.</summary>
    /// <param name="noDelay">Whether small messages are sent at once (TCP_NODELAY).</param>
    IChannel Take(bool noDelay);

    /// <summary>Gives it up, and closes a connection that was not taken. Does nothing after the end.</summary>
    void Close();
}

/// <summary>Is notified of the result of an <see cref="IConnectAttempt"/>, once. On the loop's thread; must not throw.</summary>
internal interface IConnectAttemptOwner
{
    /// <summary>It is connected: <see cref="IConnectAttempt.Take"/> or <see cref="IConnectAttempt.Close"/> follows.</summary>
    void OnConnected(IConnectAttempt connecting);

    /// <summary>It failed, and nothing is left open.</summary>
    void OnConnectFailed(IConnectAttempt connecting, Errno errno);
}
