using ActorTcp.EventLoop;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch.MessageQueues;
using Akka.Dispatch;

namespace ActorTcp.Dispatch;

/// <summary>
/// The mailbox type of actors that are pinned to a poll loop, named in their dispatcher's section as
/// <c>mailbox-type = "ActorTcp.Dispatch.PollExecutorMailbox, ActorTcp"</c>: a plain ring for messages from the loop's
/// own thread, a lock-free stack for those from others. Unbounded; keeps each sender's order; can be stashed from.
/// </summary>
internal sealed class PollExecutorMailbox : MailboxType, IProducesMessageQueue<PollExecutorMessageQueue>
{
    private readonly PollLoop _loop;

    /// <summary>Called by Akka with the section that names this type, which must have <c>loop</c>.</summary>
    /// <param name="settings">The system's.</param>
    /// <param name="config">The section.</param>
    /// <exception cref="ConfigurationException"><c>loop</c> is missing or not the number of a loop.</exception>
    public PollExecutorMailbox(Akka.Actor.Settings settings, Config config)
        : base(settings, config)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _loop = PollExecutorLoops.For(settings.System).LoopOf(config);
    }

    /// <inheritdoc/>
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new PollExecutorMessageQueue(_loop, owner);
}
