using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>The reference to an actor of this process.</summary>
public class LocalActorRef : ActorRefBase
{
    public LocalActorRef(
        ActorSystemImpl system, Props props, MessageDispatcher dispatcher, MailboxType mailboxType, IInternalActorRef supervisor, ActorPath path)
    {
        Path = path;
        Cell = NewActorCell(system, this, props, dispatcher, supervisor);
        Cell.Init(mailboxType);
    }

    public ActorCell Cell { get; }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider => Cell.SystemImpl.Provider;

    public override IInternalActorRef Parent => Cell.Parent;

    public IEnumerable<IInternalActorRef> Children => Cell.GetChildren();

    public override bool IsTerminated => Cell.IsTerminated;

    public override void Start() => Cell.Start();

    public override void Stop() => Cell.Stop();

    public override void Suspend() => Cell.Suspend();

    public override void Resume(Exception? causedByFailure = null) => Cell.Resume(causedByFailure);

    public override void Restart(Exception cause) => Cell.Restart(cause);

    public override void SendSystemMessage(ISystemMessage message) => Cell.SendSystemMessage(message);

    public virtual IInternalActorRef GetSingleChild(string name) => Cell.GetSingleChild(name);

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        IInternalActorRef current = this;
        for (var i = 0; i < name.Count; i++)
        {
            if (current is not LocalActorRef parent)
                return current.GetChild([.. name.Skip(i)]);
            current = name[i] switch
            {
                ".." => parent.Parent,
                "" or null => parent,
                var child => parent.GetSingleChild(child),
            };
        }

        return current;
    }

    protected virtual ActorCell NewActorCell(
        ActorSystemImpl system, IInternalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef supervisor) =>
        new(system, self, props, dispatcher, supervisor);

    protected override void TellInternal(object message, IActorRef sender) => Cell.SendMessage(sender, message);
}
