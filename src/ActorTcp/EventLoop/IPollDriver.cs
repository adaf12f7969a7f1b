namespace ActorTcp.EventLoop;

/// <summary>What turns a dispatcher that does not turn itself: a loop, which waits on the same <see cref="Poller"/> and delivers in its own turn.</summary>
internal interface IPollDriver
{
    /// <summary>The number of the present turn, or of the last one.</summary>
    long Turn { get; }

    /// <summary>Runs an action in the next turn. From any thread.</summary>
    void Post(Action action);

    /// <summary>Told of what a callback threw and no errback took. On the loop's thread; the turn goes on.</summary>
    void OnCallbackFailed(Exception failure);
}
