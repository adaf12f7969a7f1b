using ActorTcp.EventLoop;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch.MessageQueues;
using Akka.Dispatch;

namespace ActorTcp.Dispatch;

/// <summary>
/// The mailbox type of actors that run on a poll loop: <c>mailbox-type = "ActorTcp.Dispatch.PollExecutorMailbox, ActorTcp"</c> in the section of
/// their dispatcher.
/// </summary>
/// <remarks>
/// Messages from the loop's own thread go to a ring without synchronization. Messages from other threads go to a lock-free stack. The mailbox is
/// unbounded, keeps the order of each sender, and supports a stash.
/// </remarks>
internal sealed class PollExecutorMailbox : MailboxType, IProducesMessageQueue<PollExecutorMessageQueue>
{
    private readonly PollLoop _loop;

    /// <summary>Creates the mailbox type. Akka calls it by reflection.</summary>
    /// <param name="settings">The settings of the actor system.</param>
    /// <param name="config">The section that contains <c>mailbox-type</c>. It must also contain <c>loop</c>.</param>
    /// <exception cref="ConfigurationException"><c>loop</c> is missing or is not the number of a loop.</exception>
    public PollExecutorMailbox(Akka.Actor.Settings settings, Config config)
        : base(settings, config)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _loop = PollExecutorLoops.For(settings.System).LoopOf(config);
    }

    /// <inheritdoc/>
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new PollExecutorMessageQueue(_loop, owner);
}
