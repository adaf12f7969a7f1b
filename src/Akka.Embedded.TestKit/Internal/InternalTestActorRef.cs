using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Util;

namespace Akka.TestKit.Internal;

/// <summary>A reference that gives its actor away, made without the help of the parent's turn.</summary>
public class InternalTestActorRef : LocalActorRef
{
    private static long _lastName = -1;

    private InternalTestActorRef(ActorSystemImpl system, Props props, MessageDispatcher dispatcher, MailboxType mailboxType, IInternalActorRef supervisor, ActorPath path)
        : base(system, props, dispatcher, mailboxType, supervisor, path) { }

    public object UnderlyingActor
    {
        get
        {
            if (IsTerminated)
                throw new IllegalActorStateException("The actor is terminated.");
            return Cell.Actor ?? this.Ask<object>(TestActorCell.GetActor.Instance, TestKitExtension.For(Cell.System).DefaultTimeout).GetAwaiter().GetResult();
        }
    }

    public static InternalTestActorRef Create(ActorSystem system, Props props, IActorRef? supervisor = null, string? name = null)
    {
        var parent = (IInternalActorRef)(supervisor ?? ((ExtendedActorSystem)system).Guardian);
        name ??= Base64Name.Encode(Interlocked.Increment(ref _lastName), "$$");
        if (props.Deploy.Dispatcher == Deploy.NoDispatcherGiven)
            props = props.WithDispatcher(CallingThreadDispatcher.Id);
        var dispatcher = system.Dispatchers.Lookup(props.Deploy.Dispatcher);
        var mailboxType = system.Mailboxes.GetMailboxType(props, dispatcher.Configurator.Config);
        var actor = new InternalTestActorRef((ActorSystemImpl)system, props, dispatcher, mailboxType, parent, parent.Path / name);
        if (parent is LocalActorRef parentRef)
            parentRef.Cell.AddChild(actor);
        actor.Start();
        return actor;
    }

    /// <summary>Calls the actor on this thread, past its mailbox; what it throws comes out here.</summary>
    public void Receive(object message, IActorRef? sender = null)
    {
        var envelope = new Envelope(message, sender ?? Cell.System.DeadLetters);
        ActorTurn.Run(() => Cell.UseThreadContext(() => Cell.ReceiveMessageForTest(envelope)));
    }

    /// <summary>As <see cref="Receive"/>; the task ends with the handler, be it async or not.</summary>
    public Task ReceiveAsync(object message, IActorRef? sender = null)
    {
        var handled = ((TestActorCell)Cell).Expect(message);
        Receive(message, sender);
        ((TestActorCell)Cell).CompleteUnlessAsync(message);
        return handled;
    }

    public void Watch(IActorRef subject) => Cell.Watch(subject);

    public void Unwatch(IActorRef subject) => Cell.Unwatch(subject);

    public override string ToString() => $"TestActor[{Path}]";

    protected override ActorCell NewActorCell(ActorSystemImpl system, IInternalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef supervisor) =>
        new TestActorCell(system, self, props, dispatcher, supervisor);
}
