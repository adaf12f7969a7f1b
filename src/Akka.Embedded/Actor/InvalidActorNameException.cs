namespace Akka.Actor;

/// <summary>A name that no actor can have, or that is taken.</summary>
public class InvalidActorNameException(string message, Exception? innerException = null) : AkkaException(message, innerException);
