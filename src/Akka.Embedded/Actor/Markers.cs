namespace Akka.Actor;

/// <summary>A message that the engine handles instead of the actor.</summary>
public interface IAutoReceivedMessage;

/// <summary>A message that does harm when it comes from outside.</summary>
public interface IPossiblyHarmful;

/// <summary>A message that is never serialized, not even to check that it could be.</summary>
public interface INoSerializationVerificationNeeded;

/// <summary>A message that does not count as activity for the receive timeout.</summary>
public interface INotInfluenceReceiveTimeout;

/// <summary>An actor whose received messages are logged when akka.actor.debug.receive is on.</summary>
public interface ILogReceive;
