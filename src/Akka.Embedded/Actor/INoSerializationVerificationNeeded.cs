namespace Akka.Actor;

/// <summary>A message that is never serialized, not even to check that it could be.</summary>
public interface INoSerializationVerificationNeeded;
