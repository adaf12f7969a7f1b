using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>A reference to an actor that runs on the test's thread and can be looked into.</summary>
public abstract class TestActorRefBase<TActor> : IInternalActorRef
    where TActor : ActorBase
{
    protected TestActorRefBase(ActorSystem system, Props actorProps, IActorRef? supervisor = null, string? name = null)
    {
        InternalRef = InternalTestActorRef.Create(system, actorProps, supervisor, name);
    }

    public IActorRef Ref => InternalRef;

    public ActorPath Path => InternalRef.Path;

    public TActor UnderlyingActor => (TActor)InternalRef.UnderlyingActor;

    IInternalActorRef IInternalActorRef.Parent => InternalRef.Parent;

    IActorRefProvider IInternalActorRef.Provider => InternalRef.Provider;

    bool IInternalActorRef.IsTerminated => InternalRef.IsTerminated;

    protected InternalTestActorRef InternalRef { get; }

    public static bool operator ==(TestActorRefBase<TActor>? testActorRef, IActorRef? actorRef) => AreEqual(testActorRef, actorRef);

    public static bool operator !=(TestActorRefBase<TActor>? testActorRef, IActorRef? actorRef) => !AreEqual(testActorRef, actorRef);

    public static bool operator ==(IActorRef? actorRef, TestActorRefBase<TActor>? testActorRef) => AreEqual(testActorRef, actorRef);

    public static bool operator !=(IActorRef? actorRef, TestActorRefBase<TActor>? testActorRef) => !AreEqual(testActorRef, actorRef);

    /// <summary>Calls the actor on this thread, past its mailbox; what it throws comes out here.</summary>
    public void Receive(object message, IActorRef? sender = null) => InternalRef.Receive(message, sender);

    /// <summary>As <see cref="Receive"/>; the task ends with the handler.</summary>
    public Task ReceiveAsync(object message, IActorRef? sender = null) => InternalRef.ReceiveAsync(message, sender);

    public void Tell(object message) => InternalRef.Tell(message);

    public void Tell(object message, IActorRef? sender) => InternalRef.Tell(message, sender);

    public void Forward(object message) => InternalRef.Forward(message);

    public void Watch(IActorRef subject) => InternalRef.Watch(subject);

    public void Unwatch(IActorRef subject) => InternalRef.Unwatch(subject);

    public void SendSystemMessage(ISystemMessage message) => InternalRef.SendSystemMessage(message);

    public int CompareTo(object? obj) => InternalRef.CompareTo(obj);

    public bool Equals(IActorRef? other) => InternalRef.Equals(other);

    public override bool Equals(object? obj) => InternalRef.Equals(obj);

    public override int GetHashCode() => InternalRef.GetHashCode();

    public override string ToString() => InternalRef.ToString();

    int IComparable<IActorRef>.CompareTo(IActorRef? other) => InternalRef.CompareTo(other);

    IActorRef IInternalActorRef.GetChild(IReadOnlyList<string> name) => InternalRef.GetChild(name);

    void IInternalActorRef.Start() => InternalRef.Start();

    void IInternalActorRef.Stop() => InternalRef.Stop();

    void IInternalActorRef.Suspend() => InternalRef.Suspend();

    void IInternalActorRef.Resume(Exception? causedByFailure) => InternalRef.Resume(causedByFailure);

    void IInternalActorRef.Restart(Exception cause) => InternalRef.Restart(cause);

    private static bool AreEqual(TestActorRefBase<TActor>? testActorRef, IActorRef? actorRef) =>
        testActorRef is null ? actorRef is null : testActorRef.Equals(actorRef);
}
