using Akka.Configuration;
using Akka.Dispatch;

namespace ActorTcp.Dispatch;

/// <summary>
/// What an Akka dispatcher names as its <c>executor</c> to run on a poll loop:
/// <code>
/// my-dispatcher {
///   type = Dispatcher
///   executor = "ActorTcp.Dispatch.PollExecutorConfigurator, ActorTcp"
///   mailbox-type = "ActorTcp.Dispatch.PollExecutorMailbox, ActorTcp"
///   loop = 0
/// }
/// </code>
/// <c>loop</c> is the loop's number, from 0. The dispatchers <c>actortcp.poll-dispatcher-0</c>, <c>-1</c> ... are made
/// so by the extension.
/// </summary>
internal sealed class PollExecutorConfigurator : ExecutorServiceConfigurator
{
    /// <summary>Called by Akka with the dispatcher's section.</summary>
    /// <param name="config">The dispatcher's section.</param>
    /// <param name="prerequisites">Akka's.</param>
    public PollExecutorConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
    }

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException"><c>loop</c> is missing or not the number of a loop.</exception>
    public override ExecutorService Produce(string id) =>
        new PollExecutor(id, PollExecutorLoops.For(Prerequisites.Settings.System).QueueOf(Config));
}

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
