namespace Akka.Actor;

/// <summary>A selection did not resolve to an actor.</summary>
public class ActorNotFoundException(string message, Exception? innerException = null) : AkkaException(message, innerException);
