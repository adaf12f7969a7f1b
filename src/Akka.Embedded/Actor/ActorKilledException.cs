namespace Akka.Actor;

/// <summary>What an actor fails with that receives <see cref="Kill"/>.</summary>
public class ActorKilledException(string message) : AkkaException(message);
