using ActorTcp.Sockets;

namespace ActorTcp.Transport;

/// <summary>
/// One attempt to connect to one address. Used on the thread of its loop. All members may be called from within a notification of the owner.
/// </summary>
/// <remarks>The owner is notified once, after <see cref="Begin"/> has returned 0, and never after <see cref="Close"/>.</remarks>
internal interface IConnectAttempt
{
    /// <summary>The address to connect to.</summary>
    SockAddr RemoteAddress { get; }

    /// <summary>The option that could not be set, if that is why the attempt failed; null otherwise.</summary>
    SocketOption? RefusedOption { get; }

    /// <summary>
    /// Starts the attempt, once. Returns 0, or minus the errno if it fails at once. After such an error nothing is open, and the owner is not
    /// notified.
    /// </summary>
    int Begin(IConnectAttemptOwner owner);

    /// <summary>
    /// Returns the channel of the connection, which its owner opens on the same loop. Called once, after
    /// <see cref="IConnectAttemptOwner.OnConnected"/>.
    /// </summary>
    IChannel Take();

    /// <summary>Stops the attempt, and closes its connection if it was not taken. Does nothing after that.</summary>
    void Close();
}

/// <summary>Is notified of the result of an <see cref="IConnectAttempt"/>, once. On the loop's thread; must not throw.</summary>
internal interface IConnectAttemptOwner
{
    /// <summary>The attempt is connected. The owner must call <see cref="IConnectAttempt.Take"/> or <see cref="IConnectAttempt.Close"/>.</summary>
    void OnConnected(IConnectAttempt connecting);

    /// <summary>The attempt has failed, and has closed its socket.</summary>
    void OnConnectFailed(IConnectAttempt connecting, Errno errno);
}
