namespace Akka.Actor;

/// <summary>The scheduler takes no more work.</summary>
public sealed class SchedulerException(string message) : AkkaException(message);
