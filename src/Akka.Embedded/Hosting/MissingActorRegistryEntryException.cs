namespace Akka.Hosting;

public sealed class MissingActorRegistryEntryException(string message, Exception? innerException = null) : ActorRegistryException(message, innerException);
