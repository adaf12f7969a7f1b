using Akka.Dispatch;

namespace ActorTcp.Polling;

/// <summary>
/// An Akka executor whose threads are one poll loop. Akka shuts a dispatcher's executor down when its last actor has
/// left and asks for another later; the loop, which belongs to the actor system, outlives that.
/// </summary>
internal sealed class PollExecutor(string id, PollExecutorQueue queue) : ExecutorService(id)
{
    /// <inheritdoc/>
    public override void Execute(IRunnable run) => queue.Execute(run);

    /// <inheritdoc/>
    public override void Shutdown()
    {
        // The loop goes on: see above.
    }
}
