using Xunit.Abstractions;

namespace ActorTcp.Tests.Actors;

/// <summary>The stampede on one poll loop.</summary>
public sealed class OneLoopStampedeTests(ITestOutputHelper output) : StampedeTests(output, loops: 1);
