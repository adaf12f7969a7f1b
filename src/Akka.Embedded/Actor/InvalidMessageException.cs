namespace Akka.Actor;

public class InvalidMessageException(string message = "Message is null") : AkkaException(message);
