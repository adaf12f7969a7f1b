using Xunit.Abstractions;

namespace ActorTcp.Tests.Actors;

/// <summary>The stampede on two poll loops.</summary>
public sealed class TwoLoopsStampedeTests(ITestOutputHelper output) : StampedeTests(output, loops: 2);
