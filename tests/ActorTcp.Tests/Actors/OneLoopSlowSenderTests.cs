using Xunit.Abstractions;

namespace ActorTcp.Tests.Actors;

/// <summary>The slow senders on one poll loop.</summary>
public sealed class OneLoopSlowSenderTests(ITestOutputHelper output) : SlowSenderTests(output, loops: 1);
