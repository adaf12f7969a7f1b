using Xunit.Abstractions;

namespace ActorTcp.Tests.Actors;

/// <summary>Limits on one poll loop.</summary>
public sealed class OneLoopLimitTests(ITestOutputHelper output) : ListenerLimitTests(output, loops: 1);
