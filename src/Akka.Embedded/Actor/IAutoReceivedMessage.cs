namespace Akka.Actor;

/// <summary>A message that the engine handles instead of the actor.</summary>
public interface IAutoReceivedMessage;
