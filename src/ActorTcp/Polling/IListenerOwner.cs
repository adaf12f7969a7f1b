using ActorTcp.Sockets;

namespace ActorTcp.Polling;

/// <summary>Who is told of what an <see cref="IListenerChannel"/> accepts. On the loop's thread; must not throw.</summary>
internal interface IListenerOwner
{
    /// <summary>A connection; the owner's now, to be given to a loop or dropped.</summary>
    void OnAccepted(IAcceptedConnection connection);

    /// <summary>Accepting failed, and is paused until it is resumed.</summary>
    void OnAcceptFailed(Errno errno);
}
