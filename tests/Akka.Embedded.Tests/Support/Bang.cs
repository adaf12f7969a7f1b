namespace Akka.Embedded.Tests.Support;

/// <summary>A second exception, for strategies that tell two apart.</summary>
public sealed class Bang(string message) : Exception(message);
