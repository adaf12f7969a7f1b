namespace Akka.Actor;

/// <summary>A message that does harm when it comes from outside.</summary>
public interface IPossiblyHarmful;
