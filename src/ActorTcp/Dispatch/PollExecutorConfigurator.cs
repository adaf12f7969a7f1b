using Akka.Configuration;
using Akka.Dispatch;

namespace ActorTcp.Dispatch;

/// <summary>
/// The executor type with which an Akka dispatcher runs on a poll loop:
/// <code>
/// my-dispatcher {
///   type = Dispatcher
///   executor = "ActorTcp.Dispatch.PollExecutorConfigurator, ActorTcp"
///   mailbox-type = "ActorTcp.Dispatch.PollExecutorMailbox, ActorTcp"
///   loop = 0
/// }
/// </code>
/// <c>loop</c> is the number of the loop, starting at 0. The extension creates the dispatchers <c>actortcp.poll-dispatcher-N</c> with such
/// sections.
/// </summary>
internal sealed class PollExecutorConfigurator : ExecutorServiceConfigurator
{
    /// <summary>Creates the configurator. Akka calls it by reflection.</summary>
    /// <param name="config">The section of the dispatcher.</param>
    /// <param name="prerequisites">The prerequisites of all Akka dispatchers.</param>
    public PollExecutorConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
    }

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException"><c>loop</c> is missing or is not the number of a loop.</exception>
    public override ExecutorService Produce(string id) =>
        new PollExecutor(id, PollExecutorLoops.For(Prerequisites.Settings.System).QueueOf(Config));
}

/// <summary>An Akka executor that runs on the thread of one poll loop.</summary>
internal sealed class PollExecutor(string id, PollExecutorQueue queue) : ExecutorService(id)
{
    /// <inheritdoc/>
    public override void Execute(IRunnable run) => queue.Execute(run);

    /// <inheritdoc/>
    public override void Shutdown()
    {
        // Akka shuts an executor down when the last actor of its dispatcher has stopped, and may request another one later. The loop belongs to
        // the actor system, so it keeps running.
    }
}
