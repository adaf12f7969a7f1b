namespace Akka.Dispatch;

/// <summary>On an actor: its mailbox must have these semantics. The mailbox is looked up in akka.actor.mailbox.requirements.</summary>
public interface IRequiresMessageQueue<T>
    where T : ISemantics;
