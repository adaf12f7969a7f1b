namespace Akka.TestKit;

/// <summary>A test class with this has no test actor as the sender of what it tells without naming a sender.</summary>
public interface INoImplicitSender;
