namespace Akka.Actor;

public class LoggerInitializationException(string message, Exception? cause = null) : AkkaException(message, cause);
