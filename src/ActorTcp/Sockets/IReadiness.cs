namespace ActorTcp.Sockets;

/// <summary>What the asynchronous calls need of the dispatcher that lies above them. On the dispatcher's thread, where nothing else is said.</summary>
internal interface IReadiness
{
    /// <summary>Calls the wait in each turn in which its descriptor is ready, until it is disarmed or the descriptor closed. Keeps it alive.</summary>
    Errno Arm(SocketWait wait);

    /// <summary>Whether it is armed: not where it was disarmed, its descriptor closed, or the dispatcher disposed.</summary>
    bool IsArmed(SocketWait wait);

    /// <summary>Ends it. From any thread; what has begun on the dispatcher's thread is not waited for.</summary>
    void Disarm(SocketWait wait);

    /// <summary>Makes sure that <see cref="CallLater"/> will work, which takes a descriptor the first time.</summary>
    Errno PrepareDeadlines();

    /// <summary>Calls the wait's <see cref="SocketWait.OnDeadline"/> once, after that time, if it is armed then.</summary>
    void CallLater(SocketWait wait, TimeSpan time);

    /// <summary>Leaves the descriptor unwatched while the wait is armed, or watches it again.</summary>
    void Pause(SocketWait wait, bool paused);

    /// <summary>Hands what a callback failed with later, after an await, to the owner, as if it had thrown it. From any thread.</summary>
    /// <returns>False if the dispatcher is disposed.</returns>
    bool Fail(Exception failure);
}
