using Akka.Actor;

namespace Akka.Embedded.Tests.Support;

/// <summary>Which of the two engines the tests run on: for the few places where they differ, and say so.</summary>
internal static class Engine
{
    public static bool IsStandIn { get; } = typeof(ActorSystem).Assembly.GetName().Name == "Akka.Embedded";
}
