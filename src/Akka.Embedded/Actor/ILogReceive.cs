namespace Akka.Actor;

/// <summary>An actor whose received messages are logged when akka.actor.debug.receive is on.</summary>
public interface ILogReceive;
