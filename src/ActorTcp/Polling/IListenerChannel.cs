namespace ActorTcp.Polling;

/// <summary>A server socket as the listener actor sees it: it asks, its <see cref="IListenerOwner"/> is told. On the loop's thread.</summary>
internal interface IListenerChannel
{
    /// <summary>How many connections its owner has been told of, those of the channels before it included.</summary>
    long Accepted { get; }

    /// <summary>Begins, without accepting yet. 0, or minus the errno where it could not.</summary>
    int Open(IListenerOwner owner);

    /// <summary>
    /// Says how many connections may be accepted: who connects beyond that waits in the kernel's backlog. Also begins again
    /// after a failure, with which accepting pauses itself.
    /// </summary>
    /// <param name="processed">How many of the connections that it was told of the owner has processed.</param>
    /// <param name="more">How many it wants beyond those.</param>
    void Allow(long processed, long more);

    /// <summary>Accepts the connections that are in the kernel's backlog now, whatever <see cref="Allow"/> says.</summary>
    /// <param name="onAccepted">Receives each of them.</param>
    /// <param name="most">The most that are accepted.</param>
    void AcceptPending(Action<IAcceptedConnection> onAccepted, int most);

    /// <summary>Lets go of the loop; the server socket stays open.</summary>
    void Detach();
}
