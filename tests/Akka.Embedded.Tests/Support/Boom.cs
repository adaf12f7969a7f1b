namespace Akka.Embedded.Tests.Support;

/// <summary>What tests throw on purpose; told to a test actor, it is thrown there.</summary>
public class Boom(string message) : Exception(message);
