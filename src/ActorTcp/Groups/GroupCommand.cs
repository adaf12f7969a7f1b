using Akka.Actor;

namespace ActorTcp.Groups;

/// <summary>What the public objects send to the group actor of their node.</summary>
internal static class GroupCommand
{
    public sealed record Join(string Group, IActorRef Member, string Name) : INoSerializationVerificationNeeded;

    public sealed record Leave(string Group, IActorRef Member) : INoSerializationVerificationNeeded;

    /// <summary>Send a message to all members of a group on all nodes.</summary>
    /// <param name="Group">The group.</param>
    /// <param name="Message">The message. A Send is one of <see cref="ActorTcp.Send.ForGroup"/>.</param>
    /// <param name="Except">The member that does not receive it; null: all receive it.</param>
    /// <param name="Sender">The sender of the message. It is not used for a Send.</param>
    public sealed record Broadcast(string Group, object Message, IActorRef? Except, IActorRef? Sender) : INoSerializationVerificationNeeded;

    public sealed record Watch(string Group, IActorRef Watcher) : INoSerializationVerificationNeeded;

    public sealed record Unwatch(string Group, IActorRef Watcher) : INoSerializationVerificationNeeded;

    public sealed record Register(string Name, IActorRef Actor, IActorRef? ReplyTo, TaskCompletionSource<DirectoryProtocol.RegisterAnswer>? Answer)
        : INoSerializationVerificationNeeded;

    public sealed record Unregister(string Name, IActorRef Actor) : INoSerializationVerificationNeeded;

    public sealed record Find(string Name, IActorRef? ReplyTo) : INoSerializationVerificationNeeded;

    /// <summary>Reads something in the group actor.</summary>
    internal abstract class Query : INoSerializationVerificationNeeded
    {
        public abstract void Answer(GroupActor actor);
    }

    internal sealed class Query<T>(Func<GroupActor, T> read) : Query
    {
        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Task => _answer.Task;

        public override void Answer(GroupActor actor)
        {
            try
            {
                _answer.SetResult(read(actor));
            }
            catch (Exception failure)
            {
                _answer.SetException(failure);
            }
        }
    }
}
